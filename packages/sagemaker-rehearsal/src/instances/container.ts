/** Instances that are containers of the image that the model names, run as SageMaker runs them. */

import { execFile } from 'node:child_process'
import type { Launcher } from '../endpoints/launcher.ts'
import { freePort, quote, startProcess } from './process.ts'

/** @param engine `docker`, `podman`, or what takes the same arguments */
export const containerLauncher =
  (engine: string): Launcher =>
  async ({ id, image, environment, modelFolder }, log) => {
    const port = await freePort()
    const name = `rehearsal-${id}`
    const words = [engine, 'run', '--rm', '--name', name, '--publish', `127.0.0.1:${port}:8080`]
    if (modelFolder !== undefined) words.push('--volume', `${modelFolder}:/opt/ml/model:ro`)
    for (const [key, value] of Object.entries(environment)) words.push('--env', `${key}=${value}`)
    const { exited, stop } = startProcess({
      command: [...words, image, 'serve'].map(quote).join(' '),
      environment: {},
      log,
      cleanUp: [engine, 'rm', '--force', name].map(quote).join(' '),
    })
    // Where the engine's command was killed, the container runs on.
    const gone = exited.then(
      (how) =>
        new Promise<string>((resolve) => execFile(engine, ['rm', '--force', name], () => resolve(how))),
    )
    return {
      url: `http://127.0.0.1:${port}`,
      exited: gone,
      async stop() {
        await stop()
        await gone
      },
    }
  }
