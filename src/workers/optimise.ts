/**
 * Runs the short-lived process that checks the model before any worker loads it, settles the device, and writes the
 * optimised graph with its weights outside, which every worker then maps: loading takes tens of milliseconds and the
 * weights are shared.
 */

import { StartupError } from '../errors.ts'
import type { FromWorker, ToWorker } from './protocol.ts'
import { entryOf, forkWorker } from './worker-handle.ts'

export type Optimised = Extract<FromWorker, { type: 'optimised' }>

/**
 * @param directory where the optimised graph may be written
 * @throws StartupError if the model or the device cannot be used
 */
export const optimise = (
  { model, device, directory }: { model: string; device: 'auto' | 'cpu' | 'cuda'; directory?: string },
  entry: string = entryOf('optimise-entry'),
): Promise<Optimised> =>
  new Promise((resolve, reject) => {
    const child = forkWorker(entry)
    const kill = () => child.kill('SIGKILL')
    process.once('exit', kill)
    child.once('exit', () => process.off('exit', kill))
    child.on('message', (message) => {
      const answer = message as FromWorker
      if (answer.type === 'optimised') resolve(answer)
      if (answer.type === 'failed') {
        reject(answer.expected ? new StartupError(answer.message) : new Error(answer.message))
      }
    })
    child.on('error', (error) => reject(new StartupError(`a process could not be started: ${error.message}`)))
    child.on('exit', (code, signal) =>
      reject(
        new StartupError(
          `the process that loads the model ${signal ? `was ended by ${signal}; is there enough memory?` : `exited with code ${code}`}`,
        ),
      ),
    )
    const request: ToWorker = { type: 'optimise', model, device, ...(directory && { directory }) }
    child.send(request, () => {})
  })
