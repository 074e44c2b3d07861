/** Instances that are a command of the user's, on a port that it is told. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Launcher } from '../endpoints/launcher.ts'
import { freePort, quote, startProcess } from './process.ts'

export type CommandOptions = {
  /** Where it runs; where the rehearsal does if nothing is said. */
  cwd?: string
  /** Beside the model's own, which come last. */
  environment?: Record<string, string>
}

/**
 * Each instance is `template` with `{port}` as the port to listen on and `{model}` as the folder with the model, which is empty
 * where the model has no data. It is one command, as sh reads it; for more, name a script.
 *
 * @throws Error if the template has no `{port}`: the instance could not be found
 */
export const commandLauncher = (
  template: string,
  { cwd, environment = {} }: CommandOptions = {},
): Launcher => {
  if (!template.includes('{port}'))
    throw new Error(`"${template}" has no {port}: each instance listens on another port, and must be told it`)
  return async ({ modelFolder, environment: own }, log) => {
    const port = await freePort()
    const empty = modelFolder === undefined ? await mkdtemp(join(tmpdir(), 'rehearsal-no-model-')) : undefined
    const folder = modelFolder ?? empty ?? ''
    const { exited, stop } = startProcess({
      command: template.replaceAll('{model}', () => quote(folder)).replaceAll('{port}', String(port)),
      ...(cwd !== undefined && { cwd }),
      environment: { ...environment, ...own },
      log,
    })
    if (empty !== undefined) void exited.then(() => rm(empty, { recursive: true, force: true }))
    return { url: `http://127.0.0.1:${port}`, exited, stop }
  }
}
