export type ImageAddress = {
  host: string
  account: string
  region: string
  repository: string
  tag: string | undefined
  digest: string | undefined
}

/** The parts of an image's address in ECR, which the configuration's schema has checked. */
export const parseAddress = (uri: string): ImageAddress => {
  const [, account = '', region = '', repository = '', tag, digest] =
    /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[^/]+\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(uri) ?? []
  return { host: uri.split('/')[0] ?? '', account, region, repository, tag, digest }
}
