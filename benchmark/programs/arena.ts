/** What a run costs of the CPU without ONNX Runtime's arena, for each model: arena.ts prints it with the arena, without, and the ratio. */

import { exampleInputs } from '../../src/worker/engine/example.ts'
import { loadRuntime } from '../../src/worker/engine/execution-provider.ts'
import { createSession, type Session, sessionOptions } from '../../src/worker/engine/session.ts'
import { modelFolders } from '../lib/payloads.ts'
import { quantile } from '../lib/stats.ts'

const ROUNDS = 40

const runtime = await loadRuntime('cpu')
const folders = await modelFolders()

const open = (folder: string, enableCpuMemArena: boolean) =>
  createSession(runtime, `${folder}/model.onnx`, { ...sessionOptions('cpu', 1), enableCpuMemArena })

/** Milliseconds of CPU time of all threads for each of so many runs. */
const cost = async (session: Session, runs: number): Promise<number> => {
  const inputs = exampleInputs(session.signature)
  const before = process.cpuUsage()
  for (let i = 0; i < runs; i += 1) await session.run(inputs)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / runs
}

for (const name of ['resnet50', 'transformer', 'tabular'] as const) {
  const [arena, plain] = [await open(folders[name], true), await open(folders[name], false)]
  const runs = name === 'tabular' ? 200 : 1
  const costs: { arena: number[]; plain: number[] } = { arena: [], plain: [] }
  for (let round = 0; round < ROUNDS; round += 1) {
    costs.arena.push(await cost(arena, runs))
    costs.plain.push(await cost(plain, runs))
  }
  const [first, second] = [quantile(costs.arena, 0.5), quantile(costs.plain, 0.5)]
  process.stdout.write(
    `${name}: ${first.toFixed(3)} ms with the arena, ${second.toFixed(3)} ms without, ${(second / first).toFixed(3)}\n`,
  )
}
