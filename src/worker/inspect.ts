/**
 * The work of the short-lived process: checks that the model loads, settles the device, finds out by trial whether rows can
 * be batched, and writes the optimised graph with its weights outside so that all workers map one copy. The copy is loaded
 * and run here first: if that kills the process, the server starts another that writes a lesser copy.
 */

import { StartupError } from '../errors.ts'
import { readModelFolder } from '../model/folder.ts'
import { findLabels } from '../model/found-labels.ts'
import type { Model, ModelFolder } from '../model/model.ts'
import type { ServingConfig } from '../model/serving-config.ts'
import type { ModelSignature, RowMode } from '../model/signature.ts'
import { type Device, deviceRow, FALLBACK_DEVICE } from '../protocol/devices.ts'
import type { Check, FromInspection } from '../protocol/messages.ts'
import type { Description, Example } from '../protocol/model-info.ts'
import type { NamedTensors } from '../tensor/tensor.ts'
import { describeModel } from './describe.ts'
import { isSame, magnitude } from './engine/compare.ts'
import { isDeviceFault } from './engine/device-fault.ts'
import { loadRuntime } from './engine/execution-provider.ts'
import { explain, explainLoading } from './engine/explain.ts'
import { tryFilling } from './engine/filling-trial.ts'
import type { Columns } from './engine/graph/columns.ts'
import { refuseOtherOutputs } from './engine/graph/other-outputs.ts'
import { prepareModel } from './engine/graph/prepare.ts'
import { withoutShapes } from './engine/graph/undeclared-shapes.ts'
import { refuseUnsupportedTypes } from './engine/graph/unsupported-types.ts'
import { discard, open, openElsewhere } from './engine/open.ts'
import { tryRows } from './engine/row-trial.ts'
import { acceptedRecipes, type Recipe, sampleInputs } from './engine/sample.ts'
import { createSession, type Session, sessionOptions } from './engine/session.ts'
import { sourceOf } from './engine/source.ts'
import { describeHooks, type Hooks, importHooks } from './handler/hooks.ts'
import { shownCode } from './handler/place.ts'
import type { Tried } from './hugging-face/try.ts'
import { checkConfig } from './task/check-config.ts'
import { canRank, targetOf } from './task/target.ts'

type Inspected = Extract<FromInspection, { type: 'inspected' }>
type Result = Extract<FromInspection, { type: 'inspected' | 'unfit' }>
type Report = (message: FromInspection) => Promise<void>

/** Runs of the original that the copy may have to repeat: those of the recipe, and of rows in numbers of 1 to 5. */
const MOST_REFERENCES = 6
/** More than two runs of the copy are compared only as long as nobody waits for it. */
const ENOUGH_MS = 150

/** One line for the log, with the way to have it otherwise. */
const unbatched = (reason: string, { huggingFace }: Pick<Model, 'huggingFace'>): string =>
  `${huggingFace === undefined ? 'requests are neither joined into batches nor cut' : 'each text or image is run alone'}: ${oneLine(reason)}. If each row is independent of the others all the same, say "rows: true" in serving.yaml; "rows: false" silences this`

const unequal = (reason: string): string =>
  `texts of unequal length do not share a run: ${oneLine(reason)}. If it makes no difference to you, say "rows: true" in serving.yaml`

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').slice(0, 400)

type Reference = { inputs: NamedTensors; outputs: NamedTensors }

/** The session, which remembers what its first runs gave. */
const recording = (session: Session): { session: Session; references: Reference[] } => {
  const references: Reference[] = []
  const run = async (inputs: NamedTensors) => {
    const outputs = await session.run(inputs)
    if (references.length < MOST_REFERENCES) references.push({ inputs, outputs })
    return outputs
  }
  return { session: { ...session, run }, references }
}

const settleRows = async (
  check: Check,
  model: Model,
  session: Session,
  device: Device,
  columns: Columns | undefined,
): Promise<{ rows: RowMode; recipe?: Recipe; warnings: string[] }> => {
  const { signature, config } = model
  const settled = check.rows ?? rowsWithoutTrial(config, signature)
  if (!check.run) return { rows: settled ?? 'none', warnings: [] }
  const recipes = acceptedRecipes(model, session, columns)
  const { value: first } = await recipes.next()
  if (settled !== undefined) return { rows: settled, warnings: [], ...(first && { recipe: first }) }
  if (first === undefined) return { rows: 'none', warnings: [unbatched(NO_INPUTS, model)] }
  let recipe: Recipe = first
  let verdict = await tryRows(model, session, recipe, device)
  while (!verdict.independent && verdict.refused) {
    const next = await recipes.next()
    if (next.done) break
    recipe = next.value
    verdict = await tryRows(model, session, recipe, device)
  }
  if (verdict.independent) return { rows: 'dynamic', recipe, warnings: [] }
  return { rows: 'none', recipe, warnings: [unbatched(verdict.reason, model)] }
}

/** What serving.yaml or the shapes say; undefined if only a trial can tell. */
const rowsWithoutTrial = (config: ServingConfig, { rows }: ModelSignature): RowMode | undefined => {
  if (config.rows === false) return 'none'
  return rows === 'dynamic' && config.rows !== true ? undefined : rows
}

const NO_INPUTS = 'the model accepts none of the random inputs that it was tried with'

/** Loads the copy and runs it: as the original did, or it is no good. @returns what is wrong with it */
const tryCopy = async (
  device: Device,
  copy: string,
  references: readonly Reference[],
): Promise<string | undefined> => {
  const start = performance.now()
  const session = await createSession(await loadRuntime(device), copy, sessionOptions(device, 1))
  const [first, ...others] = references
  if (first === undefined) return NO_INPUTS
  const size = sizeOf(first.inputs)
  const bySize = others.toSorted((a, b) => sizeOf(a.inputs) - sizeOf(b.inputs))
  // Another shape is second.
  const ordered = [...bySize.filter((one) => sizeOf(one.inputs) > size), ...bySize]
  for (const [index, { inputs, outputs }] of [first, ...ordered].entries()) {
    if (index > 1 && performance.now() - start > ENOUGH_MS) break
    const own = await session.run(inputs)
    for (const [name, expected] of outputs) {
      const actual = own.get(name)
      if (actual === undefined || !isSame(actual, expected, device, magnitude(expected)))
        return `its output "${name}" differs from the original's`
    }
  }
  return undefined
}

/** Where serving.yaml names no labels, a file of the usual name may; `ran` is what the model gave for random inputs. */
const labelsOf = (
  path: string,
  model: Model,
  ran: NamedTensors | undefined,
): { labels?: readonly string[]; warnings: string[] } => {
  const { labels, config, signature, huggingFace } = model
  const target =
    (config.postprocess.output === undefined ? signature.outputs.find(canRank) : undefined) ?? targetOf(model)
  if (labels !== undefined || target === undefined || huggingFace !== undefined)
    return { ...(labels && { labels }), warnings: [] }
  const classes = canRank(target)
    ? (ran?.get(target.name)?.dims ?? target.dims)[1]
    : model.classes?.get(target.name)?.labels.length
  return findLabels(path, target, typeof classes === 'number' ? classes : undefined)
}

const sizeOf = (tensors: NamedTensors): number =>
  [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0)

/** What people are told of the folder's own code; an example where only the code knows what a request is. */
type Told = Pick<Description, 'code'> & { example?: Example }

const tellOf = (hooks: Hooks, path: string): Told => {
  const { example, preprocess, predict } = hooks
  const code = describeHooks(hooks, shownCode({ code: path }))
  if (example !== undefined) return { code, example: { json: JSON.stringify(example), tried: true } }
  return preprocess || predict ? { code, example: { code: code.file, tried: true } } : { code }
}

/** Before the model, since it takes less time to be wrong. Its `load` runs in the workers. */
const tryCode = async ({ code, ...folder }: ModelFolder): Promise<Told> => {
  if (code === undefined) return {}
  try {
    return tellOf(await importHooks({ ...folder, code }), code)
  } catch (error) {
    throw new StartupError(`model "${folder.name}" cannot be served: ${explain(error)}`)
  }
}

/** What its task makes of serving.yaml and the folder. */
const complete = async (model: Model): Promise<Model> => {
  if (model.huggingFace === undefined) return model
  // The tokenizer takes a while to load, and other folders do without it.
  const { completeModel } = await import('./hugging-face/complete.ts')
  return completeModel(model, model.huggingFace)
}

/** What the folder's task is called, and its example, which the model has answered. */
const tryHuggingFace = async (
  model: Model,
  session: Session,
  { run }: Check,
  report: Report,
): Promise<Tried | undefined> => {
  const { huggingFace } = model
  if (huggingFace === undefined) return undefined
  const [{ createHuggingFaceTask }, { tryTask, tryTokenizer }] = await Promise.all([
    import('./hugging-face/task.ts'),
    import('./hugging-face/try.ts'),
  ])
  // The tokenizer's own code may end the process over what is in the file.
  if (huggingFace.tokenizer !== undefined) await report({ type: 'stage', stage: 'tokenizer' })
  const task = createHuggingFaceTask(model, huggingFace, { maxBodyBytes: Number.POSITIVE_INFINITY })
  if (task.tokenizer !== undefined) await tryTokenizer(task.tokenizer)
  await report({ type: 'stage', stage: 'rows' })
  return tryTask(task, run ? session : undefined)
}

/** What runs of texts are; serving.yaml that says "rows: true" is believed of texts of unequal length too. */
const settleTexts = async (
  { config, signature }: Model,
  session: Session,
  { padding, parts, longest }: Tried,
  rows: RowMode,
  device: Device,
): Promise<{ texts?: ModelFolder['texts']; warnings: string[] }> => {
  if (padding === undefined) return { warnings: [] }
  const [example] = parts
  const found = (unequal: boolean, warnings: string[] = []) => ({
    texts: { unequal, ...(longest !== undefined && { longest }) },
    warnings,
  })
  const isFree = signature.inputs.some(
    ({ name, dims }) => padding.values.has(name) && typeof dims[1] === 'string',
  )
  if (!isFree || rows !== 'dynamic' || example === undefined) return found(false)
  if (config.rows === true) return found(true)
  const reason = await tryFilling(session, example.inputs, padding.values, device).catch(explain)
  return reason === undefined ? found(true) : found(false, [unequal(reason)])
}

/** Code that needs no model of the folder's, or several that it loads itself. */
const inspectedCode = (folder: ModelFolder, { device }: Check, told: Told): Inspected => ({
  type: 'inspected',
  name: folder.name,
  folder,
  device: device === 'auto' ? FALLBACK_DEVICE : device,
  rows: 'none',
  description: {
    inputs: [],
    outputs: [],
    example: { inputs: [], tried: false },
    ...told,
  },
  warnings: [],
})

/**
 * @param report tells the server what comes next
 * @throws StartupError if the model, its serving.yaml or the device cannot be used
 */
export const inspect = async (check: Check, report: Report = async () => {}): Promise<Result> => {
  try {
    return await inspectOn(check, report)
  } catch (error) {
    if (!(error instanceof UnusableDeviceError)) throw error
    const warning = `${error.message}, so the model runs on ${deviceRow(FALLBACK_DEVICE).title}`
    const result = await inspectOn({ ...check, device: FALLBACK_DEVICE }, report)
    return result.type === 'unfit' ? result : { ...result, warnings: [warning, ...result.warnings] }
  }
}

/** A session was opened on a device that then ran nothing; there is another to try. */
class UnusableDeviceError extends Error {}

const unusable = (device: Device, check: Check, error: unknown): Error => {
  const message = `${deviceRow(device).title} cannot be used: ${explain(error)}`
  return check.device === 'auto' ? new UnusableDeviceError(message) : new StartupError(message)
}

const inspectOn = async (check: Check, report: Report): Promise<Result> => {
  const read = readModelFolder(check.model)
  const told = await tryCode(read)
  if (read.file === '') return inspectedCode(read, check, told)
  const { folder: given, onnx, columns } = prepareModel(read, check.directory)
  const { name, file, config } = given
  const warnings: string[] = [...(given.notes ?? [])]
  const source = sourceOf(given)
  try {
    refuseUnsupportedTypes(onnx)
  } catch (error) {
    throw new StartupError(`model "${name}" cannot be served: ${(error as Error).message}`)
  }
  const elsewhere = await openElsewhere(source, check, warnings)
  try {
    const opened = elsewhere ?? (await open(FALLBACK_DEVICE, source, check, warnings))
    const { device } = opened
    const { signature } = opened.session
    refuseOtherOutputs(opened.session, config, onnx)
    const model = await complete({ ...given, signature })
    checkConfig(model)
    const task = await tryHuggingFace(model, opened.session, check, report)
    const { session, references } = recording(opened.session)
    await report({ type: 'stage', stage: 'rows' })
    const settled = await settleRows(check, model, session, device, columns)
    warnings.push(...settled.warnings, ...withoutShapes(onnx, signature))
    const { rows, recipe } = settled
    const found = labelsOf(check.model, model, references[0]?.outputs)
    warnings.push(...found.warnings)
    const { texts, warnings: ofTexts } = task
      ? await settleTexts(model, opened.session, task, rows, device)
      : { warnings: [] }
    warnings.push(...ofTexts)
    const folder: ModelFolder = {
      ...given,
      config: model.config,
      ...(found.labels && { labels: found.labels }),
      ...(texts && { texts }),
    }
    const result: Inspected = {
      type: 'inspected',
      name,
      folder,
      device,
      rows,
      ...(recipe && { recipe }),
      description: {
        ...(await describeModel({ ...folder, signature }, opened.session, recipe)),
        ...task?.description,
        ...told,
      },
      warnings,
    }
    if (opened.copy === undefined) return result
    await report({ type: 'stage', stage: 'copy', rows, warnings: settled.warnings })
    if (recipe !== undefined && references.length < 2)
      await session.run(sampleInputs(model, recipe, rows === 'dynamic' ? 3 : 1, 2))
    const problem = await tryCopy(device, opened.copy, references).catch(explain)
    if (problem === undefined) return { ...result, file: opened.copy }
    discard(check.directory as string)
    return { type: 'unfit', problem }
  } catch (error) {
    if (elsewhere !== undefined && isDeviceFault(error)) throw unusable(elsewhere.device, check, error)
    if (error instanceof StartupError)
      throw new StartupError(`model "${name}" cannot be served: ${error.message}`)
    throw new StartupError(
      `model "${name}" cannot be loaded: ${explainLoading(error, file, onnx?.elementTypes)}`,
    )
  }
}
