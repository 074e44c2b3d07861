/** `plan --detailed-exitcode`, by which CI sees drift. */

import { spawnSync } from 'node:child_process'
import t from 'tap'
import { CommandError, Exit } from '../../../scripts/cli/command.ts'
import { registerDeploy } from '../../../scripts/commands/deploy.ts'
import { registerPlan } from '../../../scripts/commands/plan.ts'
import { program } from '../../fixtures/index.ts'
import { stage } from '../with-rehearsal.ts'

t.test('0 where there is nothing to do, 2 where there is', async (t) => {
  const here = await stage(t)
  const file = here.file('one')
  const exitCode = async (...more: string[]) => {
    const { error } = await here.command(registerPlan, [
      'plan',
      '--file',
      file,
      '--detailed-exitcode',
      ...more,
    ])
    if (error === undefined) return 0
    if (!(error instanceof Exit || error instanceof CommandError)) throw error
    return error.exitCode
  }
  t.equal(await exitCode(), 2, 'not deployed')
  const { value, output } = await here.command(registerDeploy, ['deploy', '--file', file])
  t.match(value, { outcome: 'created', cost: { unknown: ['ml.m7i.large'], machines: '1 × ml.m7i.large' } })
  t.match(output.steps[0], /^cost: unknown for 1 × ml\.m7i\.large \(no price list for us-east-1 is bundled/)
  t.equal(await exitCode(), 0, 'deployed')
  here.file('one', { tags: { team: 'other' } })
  t.equal(await exitCode(), 2, 'another tag')
  here.file('one', { compute: { serverless: { memoryMb: 1024, maxConcurrency: 1 } } })
  t.equal(await exitCode(), 1, 'it cannot be done')
  here.file('one', { colour: 'red' })
  t.equal(await exitCode(), 1, 'the file is wrong, which is 2 elsewhere')
  const { error } = await here.command(registerPlan, ['plan', '--file', file])
  t.match(error, { exitCode: 2 })
})

t.test('a command line that is wrong is 1 there too', async (t) => {
  const { status } = spawnSync(
    process.execPath,
    [...program('scripts/endpoint'), 'plan', '--detailed-exitcode', '--no-such-option'],
    { encoding: 'utf8' },
  )
  t.equal(status, 1)
})
