import { imageKey } from '../plan/desired.ts'
import type { Deployment, ImageSource } from './deployment.ts'

/** All that has a model, an image and instances: every variant, and the shadow. */
export const fleetsOf = ({ variants, shadow }: Deployment) => [...variants, ...(shadow ? [shadow] : [])]

/** The same with this tag on every image that is built, in place of the newest or of what the file says. */
export const withTag = (deployment: Deployment, tag: string | undefined): Deployment => {
  if (tag === undefined) return deployment
  const tagged = <Fleet extends { image?: ImageSource | undefined }>(fleet: Fleet): Fleet =>
    fleet.image !== undefined && 'repository' in fleet.image
      ? { ...fleet, image: { ...fleet.image, tag } }
      : fleet
  return {
    ...deployment,
    variants: deployment.variants.map(tagged),
    ...(deployment.shadow && { shadow: tagged(deployment.shadow) }),
  }
}

/** `--tag TAG`, for commands that build or deploy images: the same in every stage of a pipeline. */
export const TAG_OPTION = ['--tag <TAG>', 'the tag of the images, in place of what the file says'] as const

/** The different images of a deployment; a model package's own are not among them. */
export const imagesOf = (deployment: Deployment): ImageSource[] => {
  const images = fleetsOf(deployment).flatMap(({ image }) => image ?? [])
  return [...new Map(images.map((image) => [imageKey(image), image])).values()]
}
