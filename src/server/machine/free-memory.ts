/** Whether a device has memory for another worker, by its own tool: ONNX Runtime's binding cannot be asked. */

import { execFile } from 'node:child_process'
import { type Device, deviceRow } from '../../protocol/devices.ts'

const MOST_MS = 10_000

/** Free memory of each card in MiB; empty where that cannot be told. */
export const freeMemory = (device: Device): Promise<number[]> =>
  new Promise((resolve) => {
    const [command, ...args] = deviceRow(device).freeMemory ?? []
    if (command === undefined) return resolve([])
    // A card that has fallen off its bus keeps the tool for ever, killed or not.
    setTimeout(resolve, MOST_MS, []).unref()
    execFile(command, args, { timeout: MOST_MS, killSignal: 'SIGKILL' }, (error, stdout) =>
      resolve(error ? [] : stdout.trim().split('\n').map(Number)),
    )
  })

/** Longer texts, larger images and other programs take memory later. */
const MARGIN = 1.25

/**
 * True if as much again as the first worker has taken is free, and a quarter of it besides.
 * @param before free memory of each card before the worker had loaded the model; `after`: when it had run every size
 */
export const hasRoom = (before: readonly number[], after: readonly number[]): boolean => {
  const taken = before.map((free, card) => free - (after[card] ?? Number.NaN))
  // Of several cards it has the one that has less now.
  const most = Math.max(...taken.filter(Number.isFinite))
  return most > 0 && (after[taken.indexOf(most)] ?? 0) >= MARGIN * most
}
