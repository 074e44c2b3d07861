/** Runs test files in one process, one after the other, each as a test with the name of the file. */

import t from 'tap'
import { ROOT } from './fixtures/index.ts'
import { timed } from './times.ts'

/** What a test file calls at its top level, on what it imports from tap. */
const CALLED = ['test', 'teardown'] as const

export const together = async (files: readonly string[]): Promise<void> => {
  const test = t.test.bind(t)
  for (const file of files) {
    await timed(file, () =>
      test(file, { snapshotFile: `${ROOT}tap-snapshots/${file}.cjs` }, async (own) => {
        for (const name of CALLED) Object.assign(t, { [name]: own[name].bind(own) })
        await import(new URL(`../${file.replace(/\.ts$/, '.js')}`, import.meta.url).href)
      }),
    )
  }
}
