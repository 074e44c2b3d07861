/**
 * The work of the short-lived process: checks that the model loads, settles the device, finds out whether rows can be
 * batched, and writes the optimised graph with its weights outside so that all workers map one copy.
 */

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from '../errors.ts'
import { checkConfig } from '../model/check-config.ts'
import { readModelFolder } from '../model/folder.ts'
import type { ModelSignature, RowMode } from '../model/signature.ts'
import type { FromWorker } from '../workers/protocol.ts'
import { exampleInputs } from './example.ts'
import { type Device, findProblem, loadRuntime, type Runtime } from './execution-provider.ts'
import { createSession, type Session, sessionOptions } from './session.ts'

type Optimised = Extract<FromWorker, { type: 'optimised' }>

/** ONNX Runtime's words after the last colon or so say what is wrong; the path before them does not. */
const explain = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/^Load model from .*? failed:/, '').slice(0, 600)
}

/** Writes the optimised graph to `file` while loading. Weights below 1 KB stay inside. */
const writingOptions = (file: string) => {
  const options = sessionOptions('cpu', 1)
  return {
    ...options,
    optimizedModelFilePath: file,
    extra: {
      session: {
        intra_op: { allow_spinning: '0' },
        optimized_model_external_initializers_file_name: 'model.onnx.data',
        optimized_model_external_initializers_min_size_in_bytes: '1024',
        save_external_prepacked_constant_initializers: '1',
      },
    },
  }
}

/**
 * A first dimension that is free in input and output need not mean rows: a detector's boxes are free too. If both bear
 * the same name they are rows; otherwise three rows in must give three rows out.
 */
const settleRows = async (signature: ModelSignature, session: Session): Promise<RowMode> => {
  if (signature.rows !== 'dynamic') return signature.rows
  const names = new Set([...signature.inputs, ...signature.outputs].map((spec) => spec.dims[0]))
  if (names.size === 1 && !names.has('')) return 'dynamic'
  try {
    for (const rows of [1, 3]) {
      const outputs = await session.run(exampleInputs(signature, rows))
      if ([...outputs.values()].some((output) => output.dims[0] !== rows)) return 'none'
    }
    return 'dynamic'
  } catch {
    return 'none'
  }
}

/** Half a file takes space that the server needs. What cannot be removed is not there either. */
const discard = (directory: string): void => {
  for (const name of ['model.onnx', 'model.onnx.data']) {
    try {
      rmSync(join(directory, name), { force: true })
    } catch {}
  }
}

const openOnCpu = async (
  runtime: Runtime,
  file: string,
  directory: string | undefined,
  warnings: string[],
): Promise<{ session: Session; file?: string }> => {
  if (directory === undefined)
    return { session: await createSession(runtime, file, sessionOptions('cpu', 1)) }
  const optimised = join(directory, 'model.onnx')
  try {
    return { session: await createSession(runtime, file, writingOptions(optimised)), file: optimised }
  } catch (error) {
    if (error instanceof StartupError) throw error
    discard(directory)
    const session = await createSession(runtime, file, sessionOptions('cpu', 1))
    warnings.push(
      `the optimised graph could not be written, so workers do not share weights: ${explain(error)}`,
    )
    return { session }
  }
}

const openOnCuda = async (
  file: string,
  wanted: 'auto' | 'cuda',
  warnings: string[],
): Promise<Session | undefined> => {
  try {
    const problem = findProblem('cuda')
    if (problem !== undefined) throw new Error(problem)
    return await createSession(await loadRuntime('cuda'), file, sessionOptions('cuda', 1))
  } catch (error) {
    if (error instanceof StartupError) throw error
    if (wanted === 'cuda') throw new StartupError(`CUDA cannot be used: ${explain(error)}`)
    warnings.push(`CUDA cannot be used, the model runs on the CPU: ${explain(error)}`)
    return undefined
  }
}

/** @throws StartupError if the model, its serving.yaml or the device cannot be used */
export const optimise = async (request: {
  model: string
  device: 'auto' | Device
  directory?: string
}): Promise<Optimised> => {
  const model = readModelFolder(request.model)
  const { name, file, config, labels } = model
  const warnings: string[] = []
  const onCuda = request.device === 'cpu' ? undefined : await openOnCuda(file, request.device, warnings)
  try {
    const opened = onCuda
      ? { session: onCuda }
      : await openOnCpu(await loadRuntime('cpu'), file, request.directory, warnings)
    const { signature } = opened.session
    checkConfig(config, signature, labels)
    const rows = await settleRows(signature, opened.session)
    return {
      type: 'optimised',
      model,
      device: onCuda ? 'cuda' : 'cpu',
      rows,
      ...('file' in opened && opened.file !== undefined && { file: opened.file }),
      warnings,
    }
  } catch (error) {
    if (error instanceof StartupError)
      throw new StartupError(`model "${name}" cannot be served: ${error.message}`)
    throw new StartupError(`model "${name}" cannot be loaded: ${explain(error)}`)
  }
}
