import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { fixture } from '../fixtures/index.ts'
import { serve } from './serve.ts'

const sh = promisify(execFile)

for (const model of ['tabular', 'two-in-two-out', 'no-batch', 'identity-string', 'images']) {
  t.test(`the banner of ${model} has a request that works when pasted`, async (t) => {
    const served = await serve(['--model', fixture(model)])
    t.teardown(() => served.stop())
    const line = served.banner.split('Try it:')[1]?.trim() ?? ''
    const { stdout } = await sh('sh', ['-c', `${line} -s -w ' %{http_code}'`])
    t.match(stdout, / 200$/, line)
  })
}
