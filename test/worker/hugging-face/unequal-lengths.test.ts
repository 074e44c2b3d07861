/** Texts of unequal length share runs, and each is answered as if it had been alone: on what the real exporters made. */

import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import type { NamedTensors, Tensor } from '../../../src/tensor/tensor.ts'
import { Allowance } from '../../../src/worker/allowance.ts'
import type { Job } from '../../../src/worker/engine/plan.ts'
import { type JobResult, runJobs } from '../../../src/worker/engine/runs.ts'
import { LazyAbortController } from '../../../src/worker/lazy-abort.ts'
import { example, ROOT } from '../../fixtures/index.ts'
import { openFolder } from '../../fixtures/open-folder.ts'

type Exchange = { headers: Record<string, string>; body: string; status: number }

const exchanges = (name: string): Exchange[] => {
  const file = `${ROOT}examples/${name}/requests.json`
  const { requests } = JSON.parse(readFileSync(file, 'utf8')) as { requests: Exchange[] }
  return requests.filter(({ status, body }) => status === 200 && typeof body === 'string')
}

/** The largest difference in what the shorter one has, which lies first along each dimension; of integers none is allowed. */
const difference = (alone: Tensor, beside: Tensor): number => {
  let most = 0
  for (let index = 0; index < alone.data.length; index++) {
    let [left, stride, from] = [index, 1, 0]
    for (let axis = alone.dims.length - 1; axis >= 0; axis--) {
      from += (left % (alone.dims[axis] as number)) * stride
      left = Math.floor(left / (alone.dims[axis] as number))
      stride *= beside.dims[axis] as number
    }
    most = Math.max(most, Math.abs((alone.data[index] as number) - (beside.data[from] as number)))
  }
  return most
}

const NAMES = readdirSync(`${ROOT}examples`).filter(
  (name) => name.startsWith('hf-') && !/image|object|minilm/.test(name),
)

t.test('each text of each task, alone and among all others of its folder', async (t) => {
  t.ok(NAMES.length >= 6, NAMES.join(' '))
  for (const name of NAMES) {
    const { found, loaded } = await openFolder(example(name))
    t.equal(found.rows, 'dynamic', name)
    t.equal(loaded.texts?.unequal, true, name)
    const inputs: NamedTensors[] = []
    for (const { headers, body } of exchanges(name)) {
      const request = { headers, body: Buffer.from(body) }
      const allowance = new Allowance(new LazyAbortController())
      const read = await loaded.task.read(request, allowance)
      allowance.release()
      if ('parts' in read) inputs.push(...read.parts.map((part) => part.inputs))
    }
    const jobs = inputs.map((own): Job => ({ inputs: own, rows: 1 }))
    const lengths = new Set(inputs.map((own) => own.get('input_ids')?.dims[1]))
    t.ok(lengths.size > 1, `${name}: texts of ${lengths.size} lengths`)
    const results: JobResult[] = []
    const note = (finished: readonly [number, JobResult][]) => {
      for (const [job, result] of finished) results[job] = result
    }
    const padding = loaded.task.padding ?? { values: new Map() }
    const filling = { ...padding, unequal: true, mostTokens: 4096, runTokens: 1000 }
    const limits = { rows: 'dynamic' as const, maxRows: 64, filling }
    const { last, timings } = await runJobs(loaded.sessionFor(true), jobs, limits, async (those) =>
      note(those),
    )
    note(last)
    t.ok(timings.length <= jobs.length / 3, `${name}: ${timings.length} runs for ${jobs.length} texts`)
    let most = 0
    for (const [index, own] of inputs.entries()) {
      const alone = await loaded.sessionFor(true).run(own)
      const result = results[index] as JobResult & { ok: true }
      for (const [output, tensor] of alone)
        most = Math.max(most, difference(tensor, result.outputs.get(output) as Tensor))
    }
    t.ok(most < 1e-5, `${name}: ${most}`)
  }
})

t.test('"rows: false" in serving.yaml has each text run alone', async (t) => {
  const folder = t.testdir()
  cpSync(example('hf-text-classification'), folder, { recursive: true })
  writeFileSync(`${folder}/serving.yaml`, 'rows: false\n')
  const { found, loaded, ask } = await openFolder(folder)
  t.match(found.warnings, [])
  t.match(loaded, { rows: 'none', texts: { unequal: false } })
  const reply = await ask(Buffer.from('{"inputs": ["the sea", "a storm at sea", "calm"]}'))
  t.equal(reply?.ok && JSON.parse(String(reply.body)).length, 3)
})
