/** Examples with code of their own, and the folders that `init` makes. */

import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { ROOT } from '../fixtures/index.ts'
import { serve } from '../in-process/serve.ts'
import type { Client } from './client.ts'
import { bodyOf, complaints, readExample } from './examples.ts'
import { launch } from './serve.ts'

const EXAMPLES = `${ROOT}examples`

const temporary = mkdtempSync(join(tmpdir(), 'handler-'))
t.teardown(() => rmSync(temporary, { recursive: true, force: true }))

/** From the sources: what is compiled with the tests would write compiled examples. */
const init = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'scripts/endpoint.ts', 'init', ...args], { cwd: ROOT })

const answersAsItSays = async (t: Test, name: string, served: Client): Promise<void> => {
  const example = readExample(name, EXAMPLES)
  for (const asked of example.requests) {
    const response = await served.post(bodyOf(example, asked), asked.headers)
    const answer = {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      body: Buffer.from(await response.arrayBuffer()),
    }
    t.strictSame(complaints(asked, answer), [], asked.name)
  }
}

t.test('the shortest handler, as init makes it', async (t) => {
  const folder = join(temporary, 'shortest')
  t.equal(init(folder, '--handler', '--file', `${folder}.yaml`).status, 0)
  const served = await serve(['--model', folder])
  t.teardown(() => served.stop())
  await answersAsItSays(t, 'handler', served)
  t.match(served.banner, /curl -d '\{"input":4\}'/)
})

type Expected = { parts: number[][]; levels: number[][] }

const { parts, levels }: Expected = JSON.parse(readFileSync(`${EXAMPLES}/state/expected.json`, 'utf8'))

const isNear = (actual: readonly number[], expected: readonly number[] = []): boolean =>
  actual.length === expected.length && actual.every((value, i) => Math.abs(value - (expected[i] ?? 0)) < 1e-5)

t.test('a state that is kept by session gives what torch gives for the whole signal', async (t) => {
  const served = await serve(['--model', `${EXAMPLES}/state/model`])
  t.teardown(() => served.stop())
  await answersAsItSays(t, 'state', served)
  let attributes = ''
  for (const [index, part] of parts.entries()) {
    const headers = attributes === '' ? {} : { 'x-amzn-sagemaker-custom-attributes': attributes }
    const response = await served.post(JSON.stringify(part), headers)
    attributes = response.headers.get('x-amzn-sagemaker-custom-attributes') ?? ''
    const answer = (await response.json()) as { levels: number[] }
    t.ok(isNear(answer.levels, levels[index]), `part ${index}`)
  }
  t.match(attributes, /^session=[\w-]{36}$/)
})

t.test('such a state with two workers is refused at the start', async (t) => {
  const served = await launch(['--model', `${EXAMPLES}/state/model`, '--workers', '2'])
  t.equal(await served.exited, 1)
  t.match(served.output(), /load of code\/inference\.ts failed: .*--workers 1/)
})

t.test('a state that the client holds needs no code', async (t) => {
  const served = await serve(['--model', `${EXAMPLES}/state/model/model.onnx`])
  t.teardown(() => served.stop())
  const client = [`${EXAMPLES}/state/client.mjs`, `${served.url}/invocations`]
  const { stdout } = await promisify(execFile)(process.execPath, client)
  const printed = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.ok(printed.length === 3 && printed.every((line, index) => isNear(line, levels[index])))
})
