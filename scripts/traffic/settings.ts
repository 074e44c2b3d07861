/** What the proxy in a container or in AWS Lambda is told by its environment. */

import { parse } from 'yaml'
import { formatIssue } from '../../src/model/config-issue.ts'
import { completeSticky, defaultSticky, type Sticky, sticky } from '../config/sticky.ts'

export type ProxySettings = { endpoint: string; sticky: Sticky }

/**
 * ENDPOINT_NAME is the endpoint; STICKY the group `sticky` of endpoint.yaml, as YAML or JSON. Throws an Error that says what is wrong.
 */
export const settingsFrom = ({ ENDPOINT_NAME, STICKY }: NodeJS.ProcessEnv): ProxySettings => {
  if (!ENDPOINT_NAME) throw new Error('ENDPOINT_NAME is not set: name the endpoint')
  if (!STICKY) return { endpoint: ENDPOINT_NAME, sticky: defaultSticky(ENDPOINT_NAME) }
  let raw: unknown
  try {
    raw = parse(STICKY)
  } catch (error) {
    throw new Error(`STICKY is not valid YAML: ${(error as Error).message}`)
  }
  const checked = sticky.safeParse(raw)
  if (!checked.success) {
    const mistakes = checked.error.issues.flatMap((issue) => formatIssue(issue, raw, []))
    throw new Error(`STICKY is not valid:${mistakes.map((text) => `\n  ${text}`).join('')}`)
  }
  if (typeof checked.data.force === 'string')
    throw new Error(
      'STICKY: force is a file; write the users here, or mount an endpoint.yaml beside the file',
    )
  return { endpoint: ENDPOINT_NAME, sticky: completeSticky(checked.data) }
}
