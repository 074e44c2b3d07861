/**
 * Memory that is given back at once, rather than when it is collected: V8 collects what lies outside its heap by the 64 MB in each
 * thread, which is all that images take.
 */

import { MessageChannel } from 'node:worker_threads'

const { port1: nowhere } = new MessageChannel()
nowhere.close()

/** The array is empty after it. Its buffer must be its own, and made by JavaScript. */
export const release = ({ buffer }: Uint8Array): void => {
  // What is transferred over a closed port leaves this thread and arrives nowhere; Node 20 has no ArrayBuffer.transfer().
  nowhere.postMessage(undefined, [buffer as ArrayBuffer])
}
