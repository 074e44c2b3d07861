export type Address = {
  account: string
  region: string
  repository: string
  tag: string | undefined
  digest: string | undefined
}

/** The parts of an image's address in ECR, which the configuration's schema has checked. */
export const parseAddress = (uri: string): Address => {
  const [, account = '', region = '', repository = '', tag, digest] =
    /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[^/]+\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(uri) ?? []
  return { account, region, repository, tag, digest }
}
