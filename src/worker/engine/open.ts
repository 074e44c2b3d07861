/** Opens a model on a device, or on the first that works, and writes its optimised copy on the way. */

import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from '../../errors.ts'
import { DEVICE_NAMES, type Device, deviceRow, FALLBACK_DEVICE } from '../../protocol/devices.ts'
import type { Check } from '../../protocol/messages.ts'
import { findProblem, isInstalled, loadRuntime } from './execution-provider.ts'
import { explain } from './explain.ts'
import { createSession, type Session, sessionOptions } from './session.ts'
import type { Source } from './source.ts'

const COPY_FILE = 'model.onnx'
const DATA_FILE = 'model.onnx.data'

/**
 * Writes the optimised graph to `file` while loading. Weights below 1 KB stay inside. Prepacked weights spare each process
 * a copy of its own of every matrix; ONNX Runtime 1.30 writes them where kernels that need an alignment of 64 bytes may
 * crash on them, so such a copy is tried before anybody gets it.
 */
const writingOptions = (device: Device, file: string, { copy, threads }: Check) => {
  const options = sessionOptions(device, threads)
  return {
    ...options,
    optimizedModelFilePath: file,
    extra: {
      session: {
        intra_op: { allow_spinning: '0' },
        optimized_model_external_initializers_file_name: DATA_FILE,
        optimized_model_external_initializers_min_size_in_bytes: '1024',
        save_external_prepacked_constant_initializers: copy === 'prepacked' ? '1' : '0',
      },
    },
  }
}

/** Half a file takes space that the server needs. What cannot be removed is not there either. */
export const discard = (directory: string): void => {
  for (const name of [COPY_FILE, DATA_FILE]) {
    try {
      rmSync(join(directory, name), { force: true })
    } catch {}
  }
}

/** The session that the model is inspected with, and its optimised copy where one was written. */
export type Opened = { device: Device; session: Session; copy?: string }

export const open = async (
  device: Device,
  source: Source,
  check: Check,
  warnings: string[],
): Promise<Opened> => {
  const problem = findProblem(device)
  if (problem !== undefined) throw new Error(problem)
  const runtime = await loadRuntime(device)
  const plain = async () => createSession(runtime, source, sessionOptions(device, check.threads))
  // A copy that cannot be run cannot be tried.
  if (check.directory === undefined || !check.run || !deviceRow(device).canWriteOptimised)
    return { device, session: await plain() }
  const copy = join(check.directory, COPY_FILE)
  try {
    return {
      device,
      session: await createSession(runtime, source, writingOptions(device, copy, check)),
      copy,
    }
  } catch (error) {
    if (error instanceof StartupError) throw error
    discard(check.directory)
    const session = await plain()
    warnings.push(
      `the optimised graph could not be written, so workers do not share weights: ${explain(error)}`,
    )
    return { device, session }
  }
}

/** A device is missed where the machine has one, and where all was installed for it. */
const isMissed = (device: Device): boolean =>
  deviceRow(device).nodes.some((node) => existsSync(node)) || isInstalled(device)

/**
 * On the device that is wanted, or on the first that works; undefined if only the one is left that every machine has.
 * @param missed whether to say that a device cannot be used: not where nobody expects it
 */
export const openElsewhere = async (
  source: Source,
  check: Check,
  warnings: string[],
  missed = isMissed,
): Promise<Opened | undefined> => {
  const wanted =
    check.device === 'auto' ? DEVICE_NAMES.filter((device) => device !== FALLBACK_DEVICE) : [check.device]
  for (const device of wanted) {
    if (device === FALLBACK_DEVICE) return undefined
    const { title } = deviceRow(device)
    try {
      return await open(device, source, check, warnings)
    } catch (error) {
      if (error instanceof StartupError) throw error
      if (check.device === device) throw new StartupError(`${title} cannot be used: ${explain(error)}`)
      if (!missed(device)) continue
      warnings.push(
        `${title} cannot be used, the model runs on ${deviceRow(FALLBACK_DEVICE).title}: ${explain(error)}`,
      )
    }
  }
  return undefined
}
