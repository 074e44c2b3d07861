import { spawnSync } from 'node:child_process'
import { test } from 'tap'
import { withoutText } from '../../../src/server/pool/fork.ts'
import { stub } from '../../fixtures/index.ts'

const FORK = new URL('../../../src/server/pool/fork.js', import.meta.url).href

/** It ends where it is run again, so that a fault is one more process and not thousands. */
const PROGRAM = `
if (process.env.AGAIN) throw new Error('a worker runs the program of the server')
process.env.AGAIN = 'yes'
import(${JSON.stringify(FORK)}).then(({ forkWorker }) => forkWorker(${JSON.stringify(stub('prints-options'))}))
`

test('a server that was started by node -e starts workers, and not itself again', async (t) => {
  for (const options of [
    ['-e', PROGRAM],
    [`--eval=${PROGRAM}`],
    ['--input-type=module', '--eval', PROGRAM],
  ]) {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--no-warnings', ...options], {
      encoding: 'utf8',
    })
    t.equal(stderr, '')
    t.same(JSON.parse(stdout), ['--no-warnings'])
    t.equal(status, 0)
  }
})

test('all other options of Node are passed on', async (t) => {
  const others = ['--import', 'tsx', '--max-old-space-size=200', '-r', './polyfill.cjs', '--expose-gc']
  t.same(withoutText(others), others)
  t.same(withoutText([...others, '-p', 'serve()']), others)
  t.same(withoutText(['-pe', 'serve()', '--input-type', 'module', ...others]), others)
})
