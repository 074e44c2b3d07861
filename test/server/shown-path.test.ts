import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { shellWord, shownPath } from '../../src/server/shown-path.ts'

t.test('A path is shown from the working folder', async (t) => {
  t.equal(shownPath(join(process.cwd(), 'a/b')), 'a/b')
  t.equal(shownPath(process.cwd()), '.')
})

t.test('A word comes out of a shell as it was', async (t) => {
  for (const word of ['@a/b-1.png', 'http://localhost:8080/invocations'])
    t.equal(shellWord(word), word, 'without quotes where it needs none')
  for (const word of ["it's", 'a b#c', '$HOME', 'http://[::1]:8080', '*', ''])
    t.equal(execFileSync('sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' }), word)
})
