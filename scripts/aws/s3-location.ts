/** `s3://bucket/some/prefix` → its two parts, the latter without the slash at its end. */
export const splitLocation = (location: string): { bucket: string; prefix: string } => {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*?)\/?$/.exec(location) ?? []
  return { bucket, prefix }
}
