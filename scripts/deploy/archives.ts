/** Model archives that lie in S3, by the key that only we make: `ENDPOINT/HASH12/model.tar.gz`, or `NAME/function/HASH12/…` of a function. */

import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsOutput,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3'
import type { DescribeModelOutput } from '@aws-sdk/client-sagemaker'
import type { Clients } from '../aws/clients.ts'
import { isMissing } from '../aws/errors.ts'
import { isYoung } from '../plan/garbage.ts'

export type StoredArchive = { bucket: string; key: string; modified?: Date }

const isArchiveKey = (owner: string, key: string | undefined): key is string =>
  key?.startsWith(`${owner}/`) === true && /^[0-9a-f]{12}\/model\.tar\.gz$/.test(key.slice(owner.length + 1))

/** Where a model's archive lies, if it is one of ours. */
export const archiveOfModel = (endpoint: string, model: DescribeModelOutput): StoredArchive | undefined => {
  const [, bucket, key] = model.PrimaryContainer?.ModelDataUrl?.match(/^s3:\/\/([^/]+)\/(.+)$/) ?? []
  return bucket !== undefined && isArchiveKey(endpoint, key) ? { bucket, key } : undefined
}

/** A bucket that is not there, or not ours to look into, has none. */
const isOutOfReach = (error: unknown): boolean =>
  isMissing(error) || ['AccessDenied', 'PermanentRedirect', 'Forbidden'].includes((error as Error).name)

export const listArchives = async (
  { s3 }: Clients,
  owner: string,
  bucket: string,
): Promise<StoredArchive[]> => {
  const found: StoredArchive[] = []
  try {
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: s3 },
      { Bucket: bucket, Prefix: `${owner}/` },
    )) {
      for (const { Key: key, LastModified } of Contents) {
        if (isArchiveKey(owner, key)) {
          found.push({ bucket, key, ...(LastModified !== undefined && { modified: LastModified }) })
        }
      }
    }
  } catch (error) {
    if (!isOutOfReach(error)) throw error
  }
  return found
}

export const deleteArchive = async ({ s3 }: Clients, { bucket, key }: StoredArchive): Promise<void> => {
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
}

/**
 * Parts of uploads that were cut short are paid for and seen by no one.
 * @param youngSince what was begun after this may still go on; in epoch ms
 */
export const abortUploads = async (
  { s3: client }: Clients,
  owner: string,
  bucket: string,
  youngSince = Number.POSITIVE_INFINITY,
): Promise<void> => {
  const request = { Bucket: bucket, Prefix: `${owner}/` }
  let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {}
  try {
    while (markers !== undefined) {
      const page: ListMultipartUploadsOutput = await client.send(
        new ListMultipartUploadsCommand({ ...request, ...markers }),
      )
      for (const { Key: key, UploadId, Initiated } of page.Uploads ?? []) {
        if (!isArchiveKey(owner, key) || isYoung(Initiated, youngSince)) continue
        await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId }))
      }
      markers = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
        : undefined
    }
  } catch (error) {
    if (!isOutOfReach(error)) throw error
  }
}
