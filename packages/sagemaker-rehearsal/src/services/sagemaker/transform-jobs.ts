/** CreateTransformJob and its relatives: checked here, carried out by `transform/jobs.ts`. */

import { AwsError, invalid } from '../../aws-error.ts'
import type { Clock } from '../../clock.ts'
import type { Faults } from '../../faults.ts'
import type { CreateTransformJobRequest, Actions as SageMaker } from '../../models/sagemaker.ts'
import { type Actions, arn, type Caller } from '../../service.ts'
import type { Store, TransformJob } from '../../store.ts'
import { createProcessor, formatOf } from '../../transform/data-processing.ts'
import type { Transforms } from '../../transform/jobs.ts'
import { listed } from './lists.ts'
import { setTags } from './tags.ts'

export type TransformJobSettings = { store: Store; clock: Clock; faults: Faults; transforms: Transforms }

/** API reference, CreateTransformJob: payloads that are under way at a time. */
const MOST_CONCURRENT_MB = 100

/** SageMaker developer guide, "Associate prediction results with input records". */
const checkProcessing = (input: CreateTransformJobRequest): void => {
  const { DataProcessing: processing, TransformInput, TransformOutput } = input
  if (processing === undefined) return
  try {
    createProcessor(processing, TransformInput.ContentType)
  } catch (error) {
    throw invalid(`DataProcessing is not valid: ${(error as Error).message}.`)
  }
  const { InputFilter = '$', OutputFilter = '$', JoinSource = 'None' } = processing
  if (InputFilter === '$' && OutputFilter === '$' && JoinSource === 'None') return
  const format = formatOf(TransformInput.ContentType)
  if (format === undefined || formatOf(TransformOutput.Accept) !== format)
    throw invalid(
      'With DataProcessing, ContentType and Accept must both be text/csv, application/json or application/jsonlines.',
    )
  const { SplitType = 'None' } = TransformInput
  if (SplitType !== (TransformOutput.AssembleWith ?? 'None') || (format === 'csv' && SplitType !== 'Line'))
    throw invalid('With DataProcessing, SplitType and AssembleWith must be the same; Line for text/csv.')
}

const check = (input: CreateTransformJobRequest, store: Store): void => {
  const { MaxConcurrentTransforms = 1, MaxPayloadInMB = 0 } = input
  if (MaxConcurrentTransforms * MaxPayloadInMB > MOST_CONCURRENT_MB)
    throw invalid('The product of MaxConcurrentTransforms and MaxPayloadInMB must not exceed 100.')
  const model = store.models.get(input.ModelName)?.input
  const containers = model?.Containers ?? [model?.PrimaryContainer]
  if (containers.some((container) => container?.ModelDataSource !== undefined))
    throw invalid('Batch transform does not support models with ModelDataSource.')
  checkProcessing(input)
}

export const createTransformJobActions = (settings: TransformJobSettings): Actions<SageMaker> => {
  const { store, clock, faults, transforms } = settings
  const arnOf = (name: string, caller: Caller) =>
    arn('sagemaker', caller, `transform-job/${name.toLowerCase()}`)

  const find = (name: string): TransformJob => {
    const job = store.transformJobs.get(name)
    if (job === undefined)
      throw new AwsError('ResourceNotFound', `Could not find requested job with name: ${name}`)
    return job
  }

  return {
    CreateTransformJob(input, caller) {
      const name = input.TransformJobName
      const jobArn = arnOf(name, caller)
      if (store.transformJobs.has(name))
        throw new AwsError(
          'ResourceInUse',
          `Job name must be unique within an AWS account and region, and a job with this name already exists (${jobArn})`,
        )
      const model = store.models.get(input.ModelName)
      if (model === undefined || !faults.isVisible(model.createdAt)) {
        const modelArn = arn('sagemaker', caller, `model/${input.ModelName.toLowerCase()}`)
        throw invalid(`Could not find model "${modelArn}".`)
      }
      check(input, store)
      const now = clock.now()
      const job: TransformJob = {
        name,
        arn: jobArn,
        createdAt: now,
        modifiedAt: now,
        status: 'InProgress',
        input,
      }
      store.transformJobs.set(name, job)
      setTags(store, jobArn, input.Tags)
      transforms.create(job)
      return { TransformJobArn: jobArn }
    },

    DescribeTransformJob({ TransformJobName }) {
      const job = find(TransformJobName)
      const { Tags: _, ...rest } = job.input
      return {
        ...rest,
        TransformJobArn: job.arn,
        TransformJobStatus: job.status,
        CreationTime: new Date(job.createdAt),
        ...(job.startedAt !== undefined && { TransformStartTime: new Date(job.startedAt) }),
        ...(job.endedAt !== undefined && { TransformEndTime: new Date(job.endedAt) }),
        ...(job.failureReason !== undefined && { FailureReason: job.failureReason }),
      }
    },

    ListTransformJobs(query) {
      const { items, next } = listed(store.transformJobs.values(), query)
      return {
        TransformJobSummaries: items.map((job) => ({
          TransformJobName: job.name,
          TransformJobArn: job.arn,
          CreationTime: new Date(job.createdAt),
          ...(job.endedAt !== undefined && { TransformEndTime: new Date(job.endedAt) }),
          LastModifiedTime: new Date(job.modifiedAt),
          TransformJobStatus: job.status,
          ...(job.failureReason !== undefined && { FailureReason: job.failureReason }),
        })),
        NextToken: next,
      }
    },

    StopTransformJob({ TransformJobName }) {
      const job = find(TransformJobName)
      if (job.status !== 'InProgress')
        throw invalid(`The request was rejected because the transform job is in status ${job.status}.`)
      transforms.stop(job)
      return {}
    },
  }
}
