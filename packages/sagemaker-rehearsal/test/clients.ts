/** AWS's own clients, which AWS_ENDPOINT_URL points at the rehearsal. */

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

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const MAX_ATTEMPTS = 8

export const createClients = () => {
  const common = { maxAttempts: MAX_ATTEMPTS }
  return {
    sagemaker: new SageMakerClient(common),
    runtime: new SageMakerRuntimeClient(common),
    scaling: new ApplicationAutoScalingClient(common),
    cloudwatch: new CloudWatchClient(common),
    logs: new CloudWatchLogsClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
    ecr: new ECRClient(common),
    sts: new STSClient(common),
    iam: new IAMClient(common),
    quotas: new ServiceQuotasClient(common),
    tagging: new ResourceGroupsTaggingAPIClient(common),
  }
}

export type Clients = ReturnType<typeof createClients>
