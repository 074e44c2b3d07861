import { imageKey } from '../plan/desired.ts'
import type { Deployment, ImageSource } from './deployment.ts'

/** All that has a model, an image and instances: every variant, and the shadow. */
export const fleetsOf = ({ variants, shadow }: Deployment) => [...variants, ...(shadow ? [shadow] : [])]

/** The different images of a deployment. */
export const imagesOf = (deployment: Deployment): ImageSource[] => {
  const images = fleetsOf(deployment).map(({ image }) => image)
  return [...new Map(images.map((image) => [imageKey(image), image])).values()]
}
