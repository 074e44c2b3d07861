/** What a template cannot say of a deployment, in a line each. */

import type { Deployment } from '../config/deployment.ts'
import type { Desired } from '../plan/desired.ts'
import type { Exported } from './resources.ts'

export const notesOf = (
  { smoke, autoscaling, rollout }: Pick<Deployment, 'smoke' | 'autoscaling' | 'rollout'>,
  { archives, endpoint }: Pick<Desired, 'archives' | 'endpoint'>,
  { missing }: Pick<Exported, 'missing'>,
): string[] => [
  `Written by "onnx-serving-endpoint export" from the file of ${endpoint}: change that, and export again.`,
  'The image is named by its digest: push and export again for a new one.',
  ...archives.map(
    ({ bucket, key }) =>
      `s3://${bucket}/${key} must be there first: "onnx-serving-endpoint package" uploads it.`,
  ),
  ...missing.map((name) => `${name} of the model is left out: CloudFormation does not have it yet.`),
  ...(smoke.length === 0 ? [] : ['The smoke tests are not run.']),
  ...(rollout.rollbackOn.length === 0
    ? []
    : ['The alarms of an update stay: they look at the fleet that runs.']),
  ...(autoscaling === undefined
    ? []
    : [
        'An instance type or variant that scales by itself is not changed in one step: take its target out first, then change it.',
      ]),
  'Weights and counts that were changed at the endpoint are not seen here, and an update keeps them where RetainAllVariantProperties says so.',
  'Where variants come, go or change their names, DeploymentConfig and RetainAllVariantProperties must be taken out for that update.',
]
