import { imageKey } from '../plan/desired.ts'
import type { AnyDeployment, ImageSource, ModelSource } from './deployment.ts'

type Fleet = { model: ModelSource; image?: ImageSource | undefined }

/** What has models and images, whatever it runs on. */
export type WithFleets = { variants: readonly Fleet[]; shadow?: Fleet }

/** All that has a model and an image: every variant, and the shadow. */
export const fleetsOf = <Of extends Fleet, Shadow extends Fleet = never>({
  variants,
  shadow,
}: {
  variants: readonly Of[]
  shadow?: Shadow
}): (Of | Shadow)[] => [...variants, ...(shadow ? [shadow] : [])]

/** The same with this tag on every image that is built, in place of the newest or of what the file says. */
export const withTag = <Of extends AnyDeployment>(deployment: Of, tag: string | undefined): Of => {
  if (tag === undefined) return deployment
  const tagged = <Fleet extends { image?: ImageSource | undefined }>(fleet: Fleet): Fleet =>
    fleet.image !== undefined && 'repository' in fleet.image
      ? { ...fleet, image: { ...fleet.image, tag } }
      : fleet
  return {
    ...deployment,
    variants: deployment.variants.map(tagged),
    ...('shadow' in deployment && deployment.shadow && { shadow: tagged(deployment.shadow) }),
  }
}

/** `--tag TAG`, for commands that build or deploy images: the same in every stage of a pipeline. */
export const TAG_OPTION = ['--tag <TAG>', 'the tag of the images, in place of what the file says'] as const

/** The different images of a deployment; a model package's own are not among them. */
export const imagesOf = (deployment: WithFleets): ImageSource[] => {
  const images = fleetsOf(deployment).flatMap(({ image }) => image ?? [])
  return [...new Map(images.map((image) => [imageKey(image), image])).values()]
}
