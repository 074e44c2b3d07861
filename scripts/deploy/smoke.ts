/** The tests that the file names, sent to each variant of the live endpoint. */

import { isDeepStrictEqual } from 'node:util'
import { messageOf } from '../aws/errors.ts'
import { printable } from '../cli/output.ts'
import type { SmokeTest } from '../config/deployment.ts'
import { type Answer, type Invocation, invoke, invokeAsync } from './invoke.ts'
import { atPath } from './json-path.ts'
import type { Session } from './session.ts'
import type { LoadedTest } from './smoke-files.ts'

export type SmokeResult = { file: string; variant: string; ms: number; problems: string[] }

const SHOWN = 300

const preview = (body: Uint8Array): string =>
  printable(new TextDecoder().decode(body.subarray(0, SHOWN))).replaceAll(/\s+/g, ' ')

/** What is wrong with an answer, each in a sentence. */
export const judge = (test: Omit<SmokeTest, 'file' | 'contentType'>, answer: Answer): string[] => {
  if (answer.status !== test.status) {
    return [`the status is ${answer.status}, not ${test.status}: ${preview(answer.body)}`]
  }
  const problems: string[] = []
  if (test.expect.length > 0) {
    let value: unknown
    try {
      value = JSON.parse(new TextDecoder().decode(answer.body))
    } catch {
      return [`the answer is not JSON: ${preview(answer.body)}`]
    }
    for (const expected of test.expect) {
      const found = atPath(value, expected.path)
      if (found.length === 0) problems.push(`there is no ${expected.path} in ${preview(answer.body)}`)
      else if ('equals' in expected && !isDeepStrictEqual(found[0], expected.equals)) {
        problems.push(
          `${expected.path} is ${JSON.stringify(found[0])}, not ${JSON.stringify(expected.equals)}`,
        )
      }
    }
  }
  if (test.maxMs !== undefined && answer.ms > test.maxMs) {
    problems.push(`the answer took ${Math.round(answer.ms)} ms, more than ${test.maxMs} ms`)
  }
  return problems
}

/** The first request of a new fleet is the slowest: for `maxMs` the best of this many counts. */
const TIMED_ATTEMPTS = 3

/**
 * Runs every test against every variant, one at a time.
 * @param variants names; one alone is not named in the request, which serverless endpoints would refuse
 * @param asyncOutput S3OutputPath of an asynchronous endpoint
 */
export const runSmokeTests = async (
  session: Session,
  endpoint: string,
  tests: readonly LoadedTest[],
  variants: readonly string[],
  asyncOutput?: string,
): Promise<SmokeResult[]> =>
  // An asynchronous endpoint chooses the variant itself.
  runTests(session, tests, asyncOutput === undefined ? variants : variants.slice(0, 1), (test, variant) => {
    const request: Invocation = {
      endpoint,
      body: test.body,
      contentType: test.contentType,
      ...(test.accept !== undefined && { accept: test.accept }),
      ...(variants.length > 1 && asyncOutput === undefined && { variant }),
    }
    return asyncOutput === undefined ? invoke(session, request) : invokeAsync(session, request, asyncOutput)
  })

/** The same of whatever `ask` asks. */
export const runTests = async (
  session: Session,
  tests: readonly LoadedTest[],
  variants: readonly string[],
  ask: (test: LoadedTest, variant: string) => Promise<Answer>,
): Promise<SmokeResult[]> => {
  const results: SmokeResult[] = []
  for (const test of tests) {
    for (const variant of variants) {
      const result: SmokeResult = { file: test.file, variant, ms: 0, problems: [] }
      for (let attempt = 1; attempt <= (test.maxMs === undefined ? 1 : TIMED_ATTEMPTS); attempt++) {
        try {
          const answer = await ask(test, variant)
          result.ms = answer.ms
          result.problems = judge(test, answer)
        } catch (error) {
          if (session.signal.aborted) throw error
          result.problems = [messageOf(error)]
        }
        if (result.problems.length === 0) break
      }
      results.push(result)
    }
  }
  return results
}
