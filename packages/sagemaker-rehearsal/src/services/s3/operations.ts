/** Which operation a request is: S3 tells them apart by method, path and query. */

import { AwsError } from '../../aws-error.ts'

export type S3Request = {
  operation: string
  bucket: string
  key: string
  query: URLSearchParams
}

const bucketOperation = (method: string, query: URLSearchParams): string | undefined => {
  if (method === 'GET') {
    if (query.has('location')) return 'GetBucketLocation'
    if (query.has('uploads')) return 'ListMultipartUploads'
    return query.get('list-type') === '2' ? 'ListObjectsV2' : undefined
  }
  if (method === 'POST') return query.has('delete') ? 'DeleteObjects' : undefined
  // "?versioning", "?policy" and their like are other operations.
  if ([...query.keys()].some((name) => name !== 'x-id')) return undefined
  return { HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' }[method]
}

/** What may be in the query of the four plain operations: also of a presigned address. */
const OF_OBJECTS = /^(x-id|partNumber|response-[\w-]+|x-amz-[\w-]+)$/i

const objectOperation = (method: string, query: URLSearchParams): string | undefined => {
  if (query.has('uploadId')) {
    if (method === 'PUT' && query.has('partNumber')) return 'UploadPart'
    return { POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' }[method]
  }
  if (query.has('uploads')) return method === 'POST' ? 'CreateMultipartUpload' : undefined
  // "?attributes", "?tagging" and their like are other operations.
  if ([...query.keys()].some((name) => !OF_OBJECTS.test(name))) return undefined
  return { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' }[method]
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.")
  }
}

/**
 * The operation in path style: `/BUCKET/KEY`. `operation` is empty for what the rehearsal does not emulate.
 *
 * @param target of the request as it came: URL would take `..` out of keys
 */
export const parseS3 = (method: string, target: string): S3Request => {
  const [path = '', search = ''] = target.split(/\?(.*)/s)
  const [, bucket = '', ...rest] = path.split('/')
  const key = decode(rest.join('/'))
  const query = new URLSearchParams(search)
  const common = { bucket: decode(bucket), key, query }
  if (bucket === '') return { ...common, operation: method === 'GET' ? 'ListBuckets' : '' }
  if (key === '') return { ...common, operation: bucketOperation(method, query) ?? '' }
  return { ...common, operation: objectOperation(method, query) ?? '' }
}
