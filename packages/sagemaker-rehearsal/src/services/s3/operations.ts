/** Which operation a request is: S3 tells them apart by method, path and query. */

import { AwsError } from '../../aws-error.ts'

/** Documents about a bucket that are kept and given back, and mean nothing to the rehearsal. */
const BUCKET_SETTINGS: Record<string, string> = {
  encryption: 'BucketEncryption',
  lifecycle: 'BucketLifecycleConfiguration',
  ownershipControls: 'BucketOwnershipControls',
  policy: 'BucketPolicy',
  publicAccessBlock: 'PublicAccessBlock',
  tagging: 'BucketTagging',
  versioning: 'BucketVersioning',
}

export type S3Request = {
  operation: string
  bucket: string
  key: string
  query: URLSearchParams
  /** The document that the operation is about. */
  setting?: string
}

const bucketOperation = (
  method: string,
  query: URLSearchParams,
): { operation: string; setting?: string } | undefined => {
  const setting = Object.keys(BUCKET_SETTINGS).find((name) => query.has(name))
  if (setting !== undefined) {
    const verb = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' }[method]
    return verb === undefined ? undefined : { operation: `${verb}${BUCKET_SETTINGS[setting]}`, setting }
  }
  if (method === 'GET') {
    if (query.has('location')) return { operation: 'GetBucketLocation' }
    if (query.has('uploads')) return { operation: 'ListMultipartUploads' }
    if (query.get('list-type') === '2') return { operation: 'ListObjectsV2' }
    const known = ['prefix', 'delimiter', 'max-keys', 'marker', 'encoding-type', 'x-id']
    return [...query.keys()].every((name) => known.includes(name)) ? { operation: 'ListObjects' } : undefined
  }
  if (method === 'POST') return query.has('delete') ? { operation: 'DeleteObjects' } : undefined
  if ([...query.keys()].some((name) => name !== 'x-id')) return undefined
  const operation = { HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' }[method]
  return operation === undefined ? undefined : { operation }
}

/** What may be in the query of the four plain operations: also of a presigned address. */
const OF_OBJECTS = /^(x-id|partNumber|response-[\w-]+|x-amz-[\w-]+)$/i

const objectOperation = (method: string, query: URLSearchParams): string | undefined => {
  if (query.has('uploadId')) {
    if (method === 'PUT' && query.has('partNumber')) return 'UploadPart'
    return { POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload', GET: 'ListParts' }[method]
  }
  if (query.has('uploads')) return method === 'POST' ? 'CreateMultipartUpload' : undefined
  if (query.has('tagging')) return { GET: 'GetObjectTagging', PUT: 'PutObjectTagging' }[method]
  // "?attributes", "?acl" and their like are other operations.
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
  if (key === '') return { ...common, operation: '', ...bucketOperation(method, query) }
  return { ...common, operation: objectOperation(method, query) ?? '' }
}
