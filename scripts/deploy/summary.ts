/** What a deployment came to, for people. */

import { logGroup } from '../logs/tail.ts'
import type { Outcome } from './judge.ts'

/** Console host by partition (AWS general reference). */
const CONSOLE: Record<string, string> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
}

export type Links = { console: string; logs: string }

/** Where the endpoint and its log are in the browser. */
export const linksTo = (
  endpoint: string,
  { partition, region }: { partition: string; region: string },
): Links => {
  const host = `https://${CONSOLE[partition] ?? CONSOLE.aws}`
  // The console writes "/" as "$252F" in its fragments.
  const group = logGroup(endpoint).replaceAll('/', '$252F')
  return {
    console: `${host}/sagemaker/home?region=${region}#/endpoints/${endpoint}`,
    logs: `${host}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${group}`,
  }
}

const HEAD: Record<Outcome['outcome'], string> = {
  created: 'is in service.',
  updated: 'is up to date.',
  unchanged: 'is already up to date.',
  'rolled-back': 'was rolled back; the previous version is still serving.',
  failed: 'does not match the file.',
}

/**
 * The outcome and what follows from it; why it failed is for the error to say.
 * @param links undefined where there is neither a console nor a bill
 */
export const formatOutcome = (outcome: Outcome, variants: string, links: Links | undefined): string => {
  const { endpoint, runs, smoke } = outcome
  const good = outcome.outcome !== 'failed' && outcome.outcome !== 'rolled-back'
  return [
    `${endpoint} ${HEAD[outcome.outcome]}`,
    ...(runs === undefined ? [] : [`configuration ${runs}`]),
    ...(variants === '' ? [] : ['', variants, '']),
    ...(smoke.length > 0 && good ? [`smoke tests passed: ${smoke.length}`] : []),
    ...(links === undefined ? [] : [`console  ${links.console}`, `logs     ${links.logs}`]),
    ...(links !== undefined && outcome.outcome === 'created'
      ? ['Instances are billed by the second from now on, used or not: endpoint delete ends that.']
      : []),
  ].join('\n')
}

/** Why it failed: what AWS said, the probable cause with its fix, and the container's last words. */
export const formatFailure = ({
  endpoint,
  outcome,
  reasons,
  cause,
  log,
}: Outcome): { message: string; fix?: string } => {
  const lines = [
    outcome === 'rolled-back'
      ? `the deployment of ${endpoint} was rolled back`
      : `the deployment of ${endpoint} failed`,
    ...reasons.map((reason) => `  ${reason}`),
    ...(log.length === 0 ? [] : ['the last lines of the container:', ...log.map((line) => `  ${line}`)]),
    ...(cause === undefined ? [] : [`probable cause: ${cause.cause}`]),
  ]
  return { message: lines.join('\n'), ...(cause !== undefined && { fix: cause.fix }) }
}
