/** The clients of the proxy: few, since it is bundled, and less patient, since a user waits. */

import { S3Client } from '@aws-sdk/client-s3'
import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

/** Of an attempt. */
const CONTROL_MS = 5_000
const CONNECT_MS = 3_000

/** More than an endpoint answers at once; the SDK's own 50 would be a queue. */
const MAX_SOCKETS = 1000

/**
 * `runtime` waits for ever: who sends ends it, since the SDK would send again what a model may still be working at.
 *
 * @param region else AWS_REGION or the profile's
 */
export const createProxyClients = (region?: string, controlMs = CONTROL_MS) => {
  const common = { ...(region !== undefined && { region }), maxAttempts: 3 }
  const control = {
    connectionTimeout: CONNECT_MS,
    requestTimeout: controlMs,
    socketTimeout: controlMs,
    // Without it the SDK only warns.
    throwOnRequestTimeout: true,
  }
  return {
    sagemaker: new SageMakerClient({ ...common, requestHandler: control }),
    runtime: new SageMakerRuntimeClient({
      ...common,
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        httpAgent: { maxSockets: MAX_SOCKETS },
        httpsAgent: { maxSockets: MAX_SOCKETS },
      },
    }),
    s3: new S3Client({
      ...common,
      requestHandler: control,
      followRegionRedirects: true,
      forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined,
    }),
  }
}

export type ProxyClients = ReturnType<typeof createProxyClients>
