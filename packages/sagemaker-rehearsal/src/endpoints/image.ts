/** Images are known by name only: each has one digest. */

/** `repository@sha256:…`, as SageMaker resolves a tag. */
export const resolveImage = (image: string, digest: string): string => {
  if (image.includes('@')) return image
  const slash = image.lastIndexOf('/')
  const colon = image.indexOf(':', slash + 1)
  return `${colon === -1 ? image : image.slice(0, colon)}@${digest}`
}
