/** Loads what a model folder holds into this worker: an ONNX model, code of its own, or both. */

import type { Model } from '../model/model.ts'
import { DEFAULT_MAX_BATCH_SIZE } from '../protocol/defaults.ts'
import { loadRuntime } from './engine/execution-provider.ts'
import { createSession, sessionOptions } from './engine/session.ts'
import { describeHooks } from './handler/hooks.ts'
import { loadHandler } from './handler/load.ts'
import { toHandlerModel } from './handler/model.ts'
import type { CodeFolder } from './handler/place.ts'
import { createHandlerTask } from './handler/task.ts'
import { type LoadedModel, type LoadOptions, loadModel } from './load.ts'

export const loadFolder = async (options: LoadOptions): Promise<LoadedModel> => {
  const { file, code } = options.folder
  const onnx = file === '' ? undefined : await loadModel(options)
  if (code !== undefined) return withCode({ ...options.folder, code }, onnx, options)
  return onnx as LoadedModel
}

/** @param onnx the folder's ONNX file, loaded; undefined where it has none */
const withCode = async (
  folder: CodeFolder,
  onnx: (LoadedModel & { model: Model }) | undefined,
  options: LoadOptions,
): Promise<LoadedModel> => {
  const { device, threads } = options
  const { limits } = folder.config
  const requestTimeoutMs = 2 * options.prepareTimeoutMs
  const open = async (file: string) => {
    const session = await createSession(await loadRuntime(device), file, sessionOptions(device, threads))
    return toHandlerModel({ ...folder, file, signature: session.signature }, session)
  }
  const main = onnx && toHandlerModel(onnx.model, onnx.sessionFor(false))
  const handler = await loadHandler(folder, {
    model: main,
    workers: options.workers ?? 1,
    maxBodyBytes: options.maxBodyBytes,
    open,
  })
  const maxBatchSize =
    onnx?.info.maxBatchSize ?? options.maxBatchSize ?? limits.maxBatchSize ?? DEFAULT_MAX_BATCH_SIZE
  const { maxResponseBytes } = limits
  const { hooks } = handler
  const { predict, preprocess } = hooks
  const info = {
    name: folder.name,
    inputs: [],
    outputs: [],
    rows: 'none' as const,
    maxBatchSize,
    maxResponseBytes,
    device,
    padded: false,
    ...onnx?.info,
    acceptsImages: predict === undefined && preprocess === undefined && onnx?.info.acceptsImages === true,
    code: describeHooks(hooks, handler.shown),
    // What the model takes is not what a request takes.
    warmUp: [],
  }
  return {
    rows: 'none',
    maxBatchSize: 1,
    sessionFor: () => {
      throw new Error('a run without a model. This is a bug.')
    },
    ...onnx,
    // The code has a limit of its own, whose error names it; it comes before the request's if that did not wait long.
    prepareTimeoutMs: requestTimeoutMs,
    task: createHandlerTask(handler, onnx?.model, {
      ...options,
      timeoutMs: 0.9 * requestTimeoutMs,
      maxBatchSize,
      maxResponseBytes,
    }),
    info,
  }
}
