/** How the processes of src/worker/ are started. */

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** TypeScript sources run under tsx, compiled ones without it; an entry has this file's extension. */
export const entryOf = (name: 'entry' | 'inspect-entry'): string =>
  fileURLToPath(
    new URL(`../../worker/${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
  )

/** Then tsx runs only a model's own code, a file or two: its cache would be written where nothing else is, and it hangs where it cannot. */
const isCompiled = import.meta.url.endsWith('.js')

/** Starts the process; it boots while nobody has told it yet what to do. */
export const forkWorker = (entry: string): ChildProcess =>
  fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
    env: {
      ...process.env,
      // ONNX Runtime reports to its makers from 1.29 on; nothing of ours opens connections nobody asked for.
      ORT_DISABLE_TELEMETRY: '1',
      // Otherwise the tokenizer has a thread for each core, beside those of libuv on which it runs.
      TOKENIZERS_PARALLELISM: 'false',
      ...(isCompiled && { TSX_DISABLE_CACHE: '1' }),
    },
  })
