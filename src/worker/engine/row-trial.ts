/**
 * Is the first dimension one of independent rows, so that requests may be joined into a run and cut into several? Values
 * decide, not names: a row alone must give what it gives among others, in any order and at any place. A recurrent network
 * over the first dimension, attention along it, a maximum over points or a normalisation over the batch all fail this.
 * What cannot be tried is not taken for independent.
 */

import type { Model } from '../../model/model.ts'
import { type Device, deviceRow } from '../../protocol/devices.ts'
import { concat, sliceRows } from '../../tensor/batch.ts'
import type { NamedTensors, Tensor } from '../../tensor/tensor.ts'
import { isSame, magnitude } from './compare.ts'
import { type Recipe, sampleInputs } from './sample.ts'
import type { Session } from './session.ts'

/** `refused`: by an error, which other values might not have met. */
export type RowVerdict = { independent: true } | { independent: false; reason: string; refused?: true }

/**
 * Which rows go into each run. The first three runs are the least that proves anything: one, two and three rows, each row
 * at another place and beside others than before. No run is the mirror image of another, which a model that reverses
 * its rows would pass.
 */
const LEAST_RUNS = [[0, 1, 2], [0], [2, 1]]
const MORE_RUNS = [[3, 1, 4, 0, 2], [3], [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 4, 3], [9]]
const MOST_ROWS = 16
const LEAST_ROWS = 3
/** Random numbers take their time too. */
const MOST_RANDOM = 2 ** 17

/**
 * Small models are tried on values large and small too; large ones only until something was seen to vary. Columns of a
 * table may be ages, amounts or counts.
 */
const OTHER_VALUES: readonly Partial<Recipe>[] = [
  { scale: 30, strings: ['a b c', 'a', '1.5 2'] },
  { scale: 0.1 },
  { floats: 'uniform', scale: 100 },
  { scale: 1000 },
  { floats: 'uniform', scale: 10_000 },
]
const OTHER_INTEGERS: readonly Partial<Recipe>[] = [{ integers: [0, 100] }, { integers: [1, 100] }]

/** More than the least is tried only as long as nobody waits for it. */
const ENOUGH_MS = 150
/** A run that would end later than this is not begun. */
const MOST_MS = 10_000

const pick = (inputs: NamedTensors, rows: readonly number[]): NamedTensors =>
  new Map(
    [...inputs].map(([name, tensor]) => [name, concat(rows.map((row) => sliceRows(tensor, row, row + 1)))]),
  )

/** A row cannot be taken out of a matrix whose second side is the number of rows too. */
const repeatedDimension = ({ signature }: Model): string | undefined => {
  const first = new Set(signature.inputs.map(({ dims }) => dims[0]))
  return [...signature.inputs, ...signature.outputs]
    .flatMap(({ dims }) => dims.slice(1))
    .find((dim): dim is string => typeof dim === 'string' && /\w/.test(dim) && first.has(dim))
}

const PROVEN: RowVerdict = { independent: true }
const unproven = (reason: string): RowVerdict => ({ independent: false, reason })

/** Runs the rows of `inputs` in several ways and remembers what each gave. */
class Trial {
  readonly #session: Session
  readonly #inputs: NamedTensors
  readonly #device: Device
  readonly #known = new Map<number, NamedTensors>()
  readonly #scales = new Map<string, number>()

  constructor(session: Session, inputs: NamedTensors, device: Device) {
    this.#session = session
    this.#inputs = inputs
    this.#device = device
  }

  /** What speaks against independent rows, if anything does. Rejects with ONNX Runtime's error. */
  async run(rows: readonly number[]): Promise<string | undefined> {
    const outputs = await this.#session.run(pick(this.#inputs, rows))
    for (const [name, output] of outputs) {
      if (output.dims[0] !== rows.length)
        return `${rows.length} rows in give output "${name}" the shape [${output.dims}]`
      this.#scales.set(name, Math.max(this.#scales.get(name) ?? 0, magnitude(output)))
    }
    for (const [place, row] of rows.entries()) {
      const own = new Map([...outputs].map(([name, output]) => [name, sliceRows(output, place, place + 1)]))
      const before = this.#known.get(row)
      this.#known.set(row, own)
      const other = before && [...own].find(([name, value]) => !this.#same(name, value, before.get(name)))
      if (other !== undefined)
        return `a row gives other values of output "${other[0]}" beside other rows than it gives without them`
    }
    return undefined
  }

  /** True if two rows gave different outputs: had all given the same, a trial would have shown nothing. */
  get varies(): boolean {
    const [first, ...others] = [...this.#known.values()]
    return others.some((other) =>
      [...other].some(([name, value]) => !this.#same(name, value, first?.get(name))),
    )
  }

  #same(name: string, a: Tensor, b: Tensor | undefined): boolean {
    return b !== undefined && isSame(a, b, this.#device, this.#scales.get(name) ?? 0)
  }
}

/** On a CPU the verdict must not depend on how busy the machine is, so other processes' time is not counted. */
const cpuMilliseconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * @param recipe of which the model takes one row
 * @param device what runs the session; its rounding is allowed for
 */
export const tryRows = async (
  model: Model,
  session: Session,
  recipe: Recipe,
  device: Device,
): Promise<RowVerdict> => {
  const repeated = repeatedDimension(model)
  if (repeated !== undefined) return unproven(`the dimension "${repeated}" is not only the first one`)
  const { runsOnCpu, checksIndices } = deviceRow(device)
  const now = runsOnCpu ? cpuMilliseconds : () => performance.now()
  const start = now()
  const elapsed = () => now() - start
  let rowsRun = 0
  const runAll = async (trial: Trial, runs: readonly number[][], limit: number) => {
    for (const rows of runs) {
      const expected = rowsRun === 0 ? 0 : (elapsed() / rowsRun) * rows.length
      if (elapsed() + expected > limit) return 'late'
      const objection = await trial.run(rows)
      if (objection !== undefined) return { objection }
      rowsRun += rows.length
    }
    return 'done'
  }

  const width = [...sampleInputs(model, recipe, 1).values()].reduce((sum, { data }) => sum + data.length, 0)
  const available = width * MOST_ROWS > MOST_RANDOM ? LEAST_ROWS : MOST_ROWS
  const moreRuns = available === MOST_ROWS ? MORE_RUNS : []
  const trialOf = (other: Recipe) => new Trial(session, sampleInputs(model, other, available, 2), device)
  let varies = false
  try {
    const trial = trialOf(recipe)
    const least = await runAll(trial, LEAST_RUNS, MOST_MS)
    if (least === 'late') return unproven(`a trial of three rows takes more than ${MOST_MS / 1000} s`)
    if (least !== 'done') return unproven(least.objection)
    const more = await runAll(trial, moreRuns, ENOUGH_MS)
    if (typeof more === 'object') return unproven(more.objection)
    varies = trial.varies
  } catch (error) {
    const reason = `the model does not accept several rows at once: ${(error as Error).message}`
    return { independent: false, reason, refused: true }
  }
  const others = checksIndices ? [...OTHER_INTEGERS, ...OTHER_VALUES] : OTHER_VALUES
  for (const other of others) {
    if (varies && elapsed() > ENOUGH_MS) break
    try {
      const trial = trialOf({ ...recipe, ...other })
      const result = await runAll(trial, [...LEAST_RUNS, ...moreRuns], varies ? ENOUGH_MS : MOST_MS)
      if (typeof result === 'object') return unproven(result.objection)
      varies ||= trial.varies
    } catch {
      // Values that the model refuses tell nothing.
    }
  }
  return varies ? PROVEN : unproven('whatever it is given, the model gives the same for each row')
}
