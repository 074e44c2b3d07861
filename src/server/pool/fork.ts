/** How the processes of src/worker/ are started. */

import { ChildProcess, spawn } from 'node:child_process'
import { isCompiled } from '../../places.ts'
import { readCpuBudget } from '../machine/cpu-budget.ts'

/**
 * Threads of libuv's, on which a worker has images decoded and texts tokenized: as many as there are CPUs, since a worker may be the
 * only one that has work; not fewer than is libuv's default, and no more than a pool of workers may be allowed.
 */
const poolThreads = (cpus: number): number => Math.min(32, Math.max(4, Math.round(cpus)))

/** What `node -e` and the like were given: a program as text, and what kind of text. Their value is the next argument, if not their own. */
const TEXT = /^(-e|-p|-pe|--eval|--print|--input-type)(=|$)/

/** Node's own options, without the program that `node -e` was given: a worker would run that, start workers of its own, and so on. */
export const withoutText = (options: readonly string[]): string[] =>
  options.filter((option, index) => {
    const before = TEXT.exec(options[index - 1] ?? '')
    return !TEXT.test(option) && before?.[2] !== ''
  })

/** A process that could not be started. Some reasons Node tells by an event, and throws the others: too little memory, for one. */
const notStarted = (error: unknown): ChildProcess => {
  const none = new ChildProcess()
  process.nextTick(() => none.emit('error', error))
  return none
}

const start = (entry: string): ChildProcess =>
  spawn(process.execPath, [...withoutText(process.execArgv), entry], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    env: {
      UV_THREADPOOL_SIZE: String(poolThreads(readCpuBudget().cpus)),
      ...process.env,
      // ONNX Runtime reports to its makers from 1.29 on; nothing of ours opens connections nobody asked for.
      ORT_DISABLE_TELEMETRY: '1',
      // Otherwise the tokenizer has a thread for each core, beside those of libuv on which it runs.
      TOKENIZERS_PARALLELISM: 'false',
      // Where tsx runs only a model's own code, its cache would be written where nothing else is, and it hangs where it cannot.
      ...(isCompiled && { TSX_DISABLE_CACHE: '1' }),
    },
  })

/**
 * Starts the process; it boots while nobody has told it yet what to do. Its fourth file descriptor is the server's socket. That
 * it cannot be started is told by its `error` event, whatever the reason.
 */
export const forkWorker = (entry: string): ChildProcess => {
  try {
    return start(entry)
  } catch (error) {
    return notStarted(error)
  }
}
