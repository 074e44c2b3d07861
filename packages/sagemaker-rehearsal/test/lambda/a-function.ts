/** A function for tests: a small runtime of its own that does what its event says, and environments of it. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { createEnvironments } from '../../src/lambda/environments.ts'
import { commandLambda } from '../../src/lambda/launchers.ts'
import type { EnvironmentOptions, Environments, FunctionVersion } from '../../src/lambda/types.ts'

/**
 * Before its first event: `START` says what becomes of the start. An event `{"do": …}` is answered with what it says; any other with
 * itself, the count of events so far and the longest pause that the process has noticed.
 */
const PROGRAM = `
  const { appendFileSync, readFileSync } = require('node:fs')
  const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/'
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  const post = (path, body, headers = {}) => fetch(api + path, { method: 'POST', body, headers })
  let longest = 0, last = performance.now(), count = 0
  setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 10)
  const main = async () => {
    const starts = process.env.TMPDIR + '/starts'
    appendFileSync(starts, 'x')
    const isFirst = readFileSync(starts, 'utf8').length === 1
    const { START } = process.env
    if (START === 'error') {
      await post('init/error', '{"errorType":"Runtime.Bad","errorMessage":"cannot start"}')
      process.exit(1)
    }
    if (START === 'exit') process.exit(7)
    if (START === 'slow' && isFirst) await sleep(60000)
    for (;;) {
      const next = await fetch(api + 'invocation/next')
      const id = next.headers.get('lambda-runtime-aws-request-id')
      const event = await next.json()
      count += 1
      if (event.do === 'exit') process.exit(3)
      if (event.do === 'kill') process.kill(process.pid, 'SIGKILL')
      if (event.do === 'hang') await sleep(60000)
      if (event.do === 'wait') await sleep(event.ms)
      if (event.do === 'fail') await post('invocation/' + id + '/error', '{"errorType":"X","errorMessage":"no"}')
      else if (event.do === 'large') {
        const answer = await post('invocation/' + id + '/response', JSON.stringify('x'.repeat(event.bytes - 2)))
        console.log('large: ' + answer.status)
      } else {
        const { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory, AWS_LAMBDA_INITIALIZATION_TYPE: type } = process.env
        const remaining = next.headers.get('lambda-runtime-deadline-ms') - Date.now()
        const arn = next.headers.get('lambda-runtime-invoked-function-arn')
        await post('invocation/' + id + '/response', JSON.stringify({ event, count, longest, memory, type, remaining, arn, pid: process.pid, isFirst }))
      }
    }
  }
  main()
`

export type Echo = {
  event: unknown
  count: number
  longest: number
  memory: string
  type: string
  remaining: number
  arn: string
  pid: number
  isFirst: boolean
}

export const version = (more: Partial<FunctionVersion> = {}): FunctionVersion => ({
  name: 'cars',
  version: '7',
  arn: 'arn:aws:lambda:us-east-1:123456789012:function:cars:live',
  region: 'us-east-1',
  image: '',
  environment: {},
  memoryMegabytes: 512,
  timeoutSeconds: 10,
  ...more,
})

/** With all lines that it says. */
export const environmentsOf = (
  t: Test,
  more: Partial<FunctionVersion> = {},
  options: Partial<EnvironmentOptions> = {},
): Environments & { lines: string[] } => {
  const file = join(t.testdir({}), 'function.cjs')
  writeFileSync(file, PROGRAM)
  const lines: string[] = []
  const environments = createEnvironments(version(more), {
    launcher: commandLambda(`node ${file}`),
    log: (line) => lines.push(line),
    ...options,
  })
  t.teardown(() => environments.stop())
  return Object.assign(environments, { lines })
}

export const payload = (event: unknown): { payload: Buffer } => ({
  payload: Buffer.from(JSON.stringify(event)),
})

/** What a function answers, read. */
export const answerOf = <T = Echo>({ payload }: { payload: Buffer }): T => JSON.parse(payload.toString()) as T
