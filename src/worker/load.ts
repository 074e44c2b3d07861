/** Loads a model into this worker: its sessions, warmed, and what the rest of the worker needs to know of it. */

import { readModelFolder } from '../model/folder.ts'
import type { Model } from '../model/model.ts'
import { formatSpec } from '../model/signature.ts'
import type { LoadOptions, ModelSummary } from '../workers/protocol.ts'
import { exampleInputs } from './example.ts'
import { loadRuntime } from './execution-provider.ts'
import { createSession, type Session, sessionOptions } from './session.ts'

const DEFAULT_MAX_BATCH_SIZE = 32

export type LoadedModel = {
  model: Model
  maxBatchSize: number
  /** The session for a run beside other workers' runs, or for one that has the machine to itself. */
  sessionFor(alone: boolean): Session
  summary: ModelSummary
}

/** A first run allocates and, on CUDA, searches for algorithms. Zeros that a model refuses are no reason not to serve it. */
const warmUp = async (model: Model, session: Session): Promise<void> => {
  try {
    await session.run(exampleInputs(model.signature))
  } catch {}
}

const openSessions = async (
  file: string,
  options: LoadOptions,
): Promise<{ shared: Session; alone: Session }> => {
  const runtime = await loadRuntime(options.device)
  const shared = await createSession(runtime, file, sessionOptions(options.device, options.threads))
  // On mapped weights a second session costs a few megabytes; without them it would cost the whole model again.
  if (options.threadsAlone === options.threads || options.optimisedFile === undefined)
    return { shared, alone: shared }
  const alone = await createSession(runtime, file, sessionOptions(options.device, options.threadsAlone))
  return { shared, alone }
}

export const loadModel = async (options: LoadOptions): Promise<LoadedModel> => {
  const { name, file, config, labels } = readModelFolder(options.model)
  const { shared, alone } = await openSessions(options.optimisedFile ?? file, options)
  const signature = { ...shared.signature, rows: options.rows }
  const model: Model = { name, file, signature, config, ...(labels && { labels }) }
  for (const session of new Set([shared, alone])) await warmUp(model, session)
  const maxBatchSize =
    signature.rows === 'dynamic'
      ? (options.maxBatchSize ?? config.limits.maxBatchSize ?? DEFAULT_MAX_BATCH_SIZE)
      : 1
  return {
    model,
    maxBatchSize,
    sessionFor: (isAlone) => (isAlone ? alone : shared),
    summary: {
      name,
      inputs: signature.inputs.map((spec) => `${spec.name} ${formatSpec(spec)}`),
      outputs: signature.outputs.map((spec) => `${spec.name} ${formatSpec(spec)}`),
      rows: signature.rows,
      maxBatchSize,
      device: options.device,
      takesImages: config.preprocess !== undefined,
      example: [...exampleInputs(signature)].map(([input, { type, dims }]) => ({
        name: input,
        type,
        dims: [...dims],
      })),
    },
  }
}
