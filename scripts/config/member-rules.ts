/** Rules of `aws`: members that the SDK sends, and that no other key says. */

import { hardware } from '../plan/hardware.ts'
import { saidTwice } from '../plan/members.ts'
import { configSettings, containerSettings, modelSettings } from '../plan/settings.ts'
import type { Deployment } from './deployment.ts'
import { type Finding, found, type Rule } from './given.ts'
import { type REQUESTS, wrongMembers } from './members.ts'

/** What can only be added to: without the key, other parts would not know of it. */
const ADDED_TO = { AsyncInferenceConfig: 'async', DataCaptureConfig: 'capture' } as const

/** Members that keys of the file say already. */
const saidBefore = (deployment: Deployment): Finding[] => {
  const { aws = {} } = deployment
  const requests = {
    model: [{ ...modelSettings(deployment), PrimaryContainer: containerSettings(deployment) }],
    config: [configSettings(deployment)],
    variant: [...deployment.variants, ...(deployment.shadow ? [deployment.shadow] : [])].map(({ compute }) =>
      hardware(compute),
    ),
  }
  return PARTS.flatMap((part) =>
    requests[part]
      .flatMap((request) => saidTwice(request, aws[part] ?? {}))
      .map(({ path, value }) => ({
        path: ['aws', part, ...path],
        text: `it is ${JSON.stringify(value)} by another key of the file; remove it`,
      })),
  )
}

const PARTS = ['model', 'config', 'variant'] as const satisfies (keyof typeof REQUESTS)[]

export const members: Rule = ({ deployment }) => [
  ...PARTS.flatMap((part) =>
    wrongMembers(part, deployment.aws?.[part] ?? {}).map(({ path, text }) => ({
      path: ['aws', part, ...path],
      text,
    })),
  ),
  ...saidBefore(deployment),
  ...Object.entries(ADDED_TO).flatMap(([name, key]) =>
    found(
      deployment.aws?.config !== undefined && name in deployment.aws.config && deployment[key] === undefined,
      ['aws', 'config', name],
      `goes with ${key}, which says the rest of it; add that`,
    ),
  ),
]
