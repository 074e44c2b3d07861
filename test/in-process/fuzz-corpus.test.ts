/** What the fuzzer found once, and what is mended: nothing is wrong with it any more. */

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { readFaultFile } from '../../fuzz/lib/fault-file.ts'
import { temporaryFolder } from '../../fuzz/lib/model-folder.ts'
import { SUBJECTS } from '../../fuzz/lib/subjects.ts'
import { sendAlone } from '../../fuzz/lib/turn.ts'
import { serve } from './serve.ts'

const CORPUS = fileURLToPath(new URL('../../fuzz/corpus', import.meta.url))

const files = readdirSync(CORPUS).filter((name) => name.endsWith('.json'))
const root = temporaryFolder()

t.ok(files.length > 0, 'there are files')

for (const subject of SUBJECTS) {
  const own = files
    .map((name) => ({ name, ...readFaultFile(`${CORPUS}/${name}`) }))
    .filter(({ sent }) => sent.model === subject.name)
  if (own.length === 0) continue
  t.test(`${subject.name} answers what was a fault once`, async (t) => {
    const served = await serve(['--model', subject.folder(root)])
    t.teardown(() => served.stop())
    for (const { name, sent } of own) {
      t.strictSame(await sendAlone(served, sent), [], name)
    }
  })
}
