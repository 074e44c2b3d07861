/**
 * Runs the short-lived process that inspects the model before any worker loads it: it settles the device, finds out whether
 * rows can be batched, and writes the optimised graph with its weights outside, which every worker then maps, so that
 * loading takes tens of milliseconds and the weights are shared.
 *
 * The process also tries what it has found, and may die or hang over it. It says what it is about to do, so it is then
 * replaced by one that does without: with a lesser copy, with none, or without running the model at all.
 */

import { StartupError } from '../../errors.ts'
import { entryOf } from '../../places.ts'
import { DEVICE_NAMES, type Device } from '../../protocol/devices.ts'
import type { Check, FromInspection, ToInspection } from '../../protocol/messages.ts'
import { readCpuBudget } from '../machine/cpu-budget.ts'
import { freeMemory } from '../machine/free-memory.ts'
import { Channel } from './channel.ts'
import { forkWorker } from './fork.ts'

type Found = Extract<FromInspection, { type: 'inspected' }>

/** What is found, and the free memory in MiB of each card of the device before anything was loaded; empty where that cannot be told. */
export type Inspected = Found & { freeMemory: readonly number[] }

type Stage = Extract<FromInspection, { type: 'stage' }>

/** How a process ended: with a result, or without one, and the last stage that it had announced. */
type End = { result: Found } | { problem: string; late: boolean; stage: Stage | undefined }

const STAGE_TIMEOUTS_MS = {
  // The largest are opened in a few seconds.
  tokenizer: 60_000,
  // Runs of random inputs are over in a few seconds, or they never end.
  rows: 30_000,
  // A copy is loaded too, not only run.
  copy: Number.POSITIVE_INFINITY,
} as const

/** More threads than this make the trial of a small model no faster. */
const MOST_THREADS = 16

const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`

/** @param asked the process boots meanwhile, and loads nothing before this has resolved */
const attempt = (
  check: Check,
  startTimeoutMs: number,
  entry: string,
  asked: Promise<unknown>,
): Promise<End> =>
  new Promise((resolve, reject) => {
    const child = forkWorker(entry)
    const kill = () => child.kill('SIGKILL')
    let stage: Stage | undefined
    let timer: NodeJS.Timeout | undefined
    const limit = (milliseconds: number) => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        kill()
        resolve({ problem: `did not end within ${seconds(milliseconds)}`, late: true, stage })
      }, milliseconds)
    }
    limit(startTimeoutMs)
    process.once('exit', kill)
    child.once('exit', () => {
      clearTimeout(timer)
      process.off('exit', kill)
    })
    const receive = (message: unknown) => {
      const sent = message as FromInspection
      if (sent.type === 'stage') {
        stage = sent
        limit(Math.min(startTimeoutMs, STAGE_TIMEOUTS_MS[sent.stage]))
      }
      if (sent.type === 'inspected') resolve({ result: sent })
      if (sent.type === 'unfit') resolve({ problem: `failed: ${sent.problem}`, late: false, stage })
      if (sent.type === 'failed')
        reject(sent.expected ? new StartupError(sent.message) : new Error(sent.message))
    }
    const channel = new Channel(child, receive, (error) => {
      kill()
      reject(error)
    })
    child.on('error', (error) => reject(new StartupError(`a process could not be started: ${error.message}`)))
    child.on('exit', (code, signal) =>
      resolve({
        problem: signal
          ? `was killed by ${signal}${signal === 'SIGKILL' ? '; is there enough memory?' : ''}`
          : `exited with code ${code}`,
        late: false,
        stage,
      }),
    )
    const request: ToInspection = { type: 'inspect', ...check }
    void asked.then(() => channel.send(request))
  })

/** What the next process is to do without, and a line about it for the log. */
const stepDown = (
  check: Check,
  problem: string,
  stage: Exclude<Stage, { stage: 'tokenizer' }>,
): { check: Check; warning: string } => {
  if (stage.stage === 'rows') {
    return {
      check: { ...check, run: false },
      warning: `a trial of the model with random inputs ${problem}, so it is served without one: not warmed up, without an optimised copy, and not batched unless serving.yaml says "rows: true"`,
    }
  }
  const learnt = { ...check, rows: stage.rows }
  if (check.copy === 'prepacked') {
    return {
      check: { ...learnt, copy: 'mapped' },
      warning: `a trial of the optimised copy with prepacked weights ${problem}; the copy is made without them, and each worker packs its own`,
    }
  }
  const { directory, ...rest } = learnt
  return {
    check: rest,
    warning: `a trial of the optimised copy ${problem}; each worker loads the model itself, and weights are not shared`,
  }
}

/** Of each device that it may turn out to be. */
const freeMemoryOf = async (asked: Check['device']): Promise<Partial<Record<Device, number[]>>> => {
  const devices = DEVICE_NAMES.filter((name) => asked === 'auto' || asked === name)
  return Object.fromEntries(await Promise.all(devices.map(async (name) => [name, await freeMemory(name)])))
}

/**
 * @param directory where the optimised graph may be written
 * @param startTimeoutMs how long a process may take to load the model
 * @throws StartupError if the model or the device cannot be used
 */
export const inspect = async (
  {
    model,
    device,
    directory,
    startTimeoutMs,
    lambda,
  }: Pick<Check, 'model' | 'device' | 'directory'> & { startTimeoutMs: number; lambda?: { cpus: number } },
  entry: string = entryOf('inspect-entry'),
): Promise<Inspected> => {
  const threads = Math.min(
    MOST_THREADS,
    Math.max(1, Math.floor(readCpuBudget({ lambdaCpus: lambda?.cpus }).cpus)),
  )
  let check: Check = { model, device, threads, copy: 'prepacked', run: true, ...(directory && { directory }) }
  let aboutRows: string[] = []
  let aboutCopy: string[] = []
  const free = freeMemoryOf(device)
  for (;;) {
    const end = await attempt(check, startTimeoutMs, entry, free)
    if ('result' in end) {
      const warnings = [...end.result.warnings, ...aboutRows, ...aboutCopy]
      return { ...end.result, warnings, freeMemory: (await free)[end.result.device] ?? [] }
    }
    const { problem, late, stage } = end
    if (stage?.stage === 'tokenizer')
      throw new StartupError(`tokenizer.json cannot be used: the process that opened it ${problem}`)
    if (stage === undefined || !check.run) {
      const { directory: written, ...rest } = check
      if (late) throw new StartupError(`the process that loads the model ${problem}, see --start-timeout-ms`)
      if (written === undefined) throw new StartupError(`the process that loads the model ${problem}`)
      // Writing takes more memory than loading alone.
      aboutCopy = [
        `a process that wrote an optimised copy ${problem}; each worker loads the model itself, and weights are not shared`,
      ]
      check = rest
      continue
    }
    if (stage.stage === 'copy') aboutRows = [...aboutRows, ...stage.warnings]
    const next = stepDown(check, problem, stage)
    // Of several copies that were no good, the last line says all.
    if (stage.stage === 'copy') aboutCopy = [next.warning]
    else aboutRows = [next.warning]
    check = next.check
  }
}
