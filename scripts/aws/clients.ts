/** The one place where AWS clients are made. `AWS_ENDPOINT_URL` and its relatives are honoured by the SDK itself. */

import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { ECRClient } from '@aws-sdk/client-ecr'
import { IAMClient } from '@aws-sdk/client-iam'
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api'
import { S3Client } from '@aws-sdk/client-s3'
import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime'
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { STSClient } from '@aws-sdk/client-sts'

// It warns of Node's version on stderr, at every command; the versions in package.json run on it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

/** Attempts at a call, with the SDK's exponential back-off between them: throttling is common while an endpoint is watched. */
export const MAX_ATTEMPTS = 8

/** A connection that says nothing any more would be waited for without end; the SDK by itself only warns. */
export const LIMITS = { connectionTimeout: 10_000, requestTimeout: 30_000, throwOnRequestTimeout: true }

/** A model may stream for 8 minutes (SageMaker quotas). */
const INVOKE_LIMITS = { ...LIMITS, requestTimeout: 600_000 }

/** Parts of an archive take as long as the line needs, while bytes go. */
const UPLOAD_LIMITS = { connectionTimeout: LIMITS.connectionTimeout, socketTimeout: 120_000 }

/** By how many ms AWS's time is ahead of this machine's, which may be wrong. */
const ahead = new WeakMap<object, number>()

/** Answers tell the time to the second, and take some: less is no difference. */
const LEAST_MS = 2_000

/** False where the SDK is sent elsewhere, such as to the rehearsal, which has no console and no bill. */
export const isRealAws = (): boolean =>
  process.env.AWS_ENDPOINT_URL === undefined && process.env.AWS_ENDPOINT_URL_SAGEMAKER === undefined

/** @param region else AWS_REGION or the profile's */
export const createClients = (
  region?: string,
  { maxAttempts = MAX_ATTEMPTS }: { maxAttempts?: number } = {},
) => {
  const common = { ...(region !== undefined && { region }), maxAttempts, requestHandler: LIMITS }
  const clients = {
    sagemaker: new SageMakerClient(common),
    runtime: new SageMakerRuntimeClient({ ...common, requestHandler: INVOKE_LIMITS }),
    scaling: new ApplicationAutoScalingClient(common),
    cloudwatch: new CloudWatchClient(common),
    logs: new CloudWatchLogsClient(common),
    // A custom endpoint is a host, not a domain: buckets go into the path there.
    s3: new S3Client({
      ...common,
      requestHandler: UPLOAD_LIMITS,
      forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined,
    }),
    ecr: new ECRClient(common),
    sts: new STSClient(common),
    iam: new IAMClient(common),
    quotas: new ServiceQuotasClient(common),
    tagging: new ResourceGroupsTaggingAPIClient(common),
  }
  tellTime(clients.sagemaker, clients)
  return clients
}

/** From now on `timeOf(clients)` goes by the answers of this client, too. */
export const tellTime = (client: Pick<SageMakerClient, 'middlewareStack'>, clients: object): void => {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { headers } = (result.response ?? {}) as { headers?: Record<string, string> }
      const offset = Date.parse(headers?.date ?? '') - Date.now()
      if (Number.isFinite(offset)) ahead.set(clients, Math.abs(offset) > LEAST_MS ? offset : 0)
      return result
    },
    { step: 'deserialize', name: 'serverTime', priority: 'high' },
  )
}

/** AWS's time in epoch ms, as of its last answer: what logs and metrics go by. */
export const timeOf = (clients: Clients): number => Date.now() + (ahead.get(clients) ?? 0)

export type Clients = ReturnType<typeof createClients>
