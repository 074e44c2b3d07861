/** The first endpoint.yaml: what must be said, and as comments what is wanted next. */

import { stringify } from 'yaml'
import { MAX_ENDPOINT_NAME } from '../plan/names.ts'

/** Of nobody's account but the rehearsal's: elsewhere `plan` asks for another. */
export const REHEARSED_ROLE = 'arn:aws:iam::123456789012:role/sagemaker'

export type FirstFile = {
  name: string
  /** As it is to be written, relative to the file. */
  model: string
  /** What the folder is. */
  description: string
  role?: string | undefined
  instance: { type: string; why: string }
  hasDockerfile: boolean
}

/** An endpoint's name from a folder's; a model without a nameable folder is called so. */
export const nameFrom = (folder: string): string =>
  folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, MAX_ENDPOINT_NAME)
    .replace(/-+$/, '') || 'model'

const scalar = (text: string): string => stringify(text).trim()

export const firstFile = ({
  name,
  model,
  description,
  role,
  instance,
  hasDockerfile,
}: FirstFile): string => `# What is deployed to Amazon SageMaker, and how. What is commented out are suggestions; docs/endpoint-yaml.md has all keys.
name: ${scalar(name)}

# ${description.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')}
model: ${scalar(model)}

# The role in which SageMaker runs the container.${
  role === undefined
    ? ` This one is there in the rehearsal alone: name one of your account.
role: ${REHEARSED_ROLE}`
    : `
role: ${scalar(role)}`
}

# The image that was pushed last to the ECR repository ${name}. ${
  hasDockerfile
    ? '`push` builds it from the Dockerfile beside this file.'
    : `\`push\` builds it from a checkout of onnx-serving:
# image: { repository: ${name}, context: ../onnx-serving }`
}

# ${instance.why}
compute: { type: ${instance.type}, instances: 1 }

# The number of instances follows the load.
# autoscaling: { min: 1, max: 4, target: { metric: cpu, value: 60 } }

# Errors of a new version bring the old one back. With two instances or more, strategy: canary tries it on a part of the traffic.
# rollout:
#   rollbackOn: [{ metric: 5xx-rate, above: 1% }]

# A request that a new version must answer; else the old one comes back.
# smoke:
#   - file: request.json
#     expect: [{ path: "$.predictions" }]

# Each has an endpoint of its own, NAME-staging and NAME-production.
# environments:
#   staging:
#   production:
#     compute: { type: ${instance.type}, instances: 2 }
`
