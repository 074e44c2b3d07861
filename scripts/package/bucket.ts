import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3'

/** Makes a bucket if it is missing. */
export const ensureBucket = async (s3: S3Client, bucket: string, region: string): Promise<void> => {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }))
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
    if ($metadata?.httpStatusCode !== 404) throw error
    // us-east-1 is the one that must not be named (S3 API reference, CreateBucket).
    const location = { LocationConstraint: region as BucketLocationConstraint }
    await s3.send(
      new CreateBucketCommand({
        Bucket: bucket,
        ...(region !== 'us-east-1' && { CreateBucketConfiguration: location }),
      }),
    )
  }
}
