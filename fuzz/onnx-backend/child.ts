/** Runs the cases that the parent sends, one after the other; a model may end or hang this process. */

import { runCase } from './case.ts'

process.on('message', async ({ folder, run }: { folder: string; run: boolean }) => {
  process.send?.(await runCase(folder, run))
})
