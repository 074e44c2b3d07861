/** Where a model is in S3: one object, or all below a prefix. */

import { StartupError } from '../../errors.ts'

export type Location = { uri: string; bucket: string; key: string; kind: 'archive' | 'file' | 'folder' }

export const isInS3 = (model: string): boolean => model.startsWith('s3://')

/** @throws StartupError */
export const parseLocation = (uri: string): Location => {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/?#]+)\/(.*)$/s.exec(uri) ?? []
  if (bucket === '')
    throw new StartupError(
      `${uri} is no place in S3: expected s3://BUCKET/KEY.tar.gz, s3://BUCKET/KEY.onnx or s3://BUCKET/FOLDER/`,
    )
  if (key === '' || key.endsWith('/')) return { uri, bucket, key, kind: 'folder' }
  return { uri, bucket, key, kind: /\.(tar|tar\.gz|tgz)$/i.test(key) ? 'archive' : 'file' }
}
