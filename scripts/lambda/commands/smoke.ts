/** The smoke tests many times over, sent through the alias, as callers do. */

import { CommandError, type Context } from '../../cli/command.ts'
import { measure, requireTests, showFigures } from '../../deploy/figures.ts'
import { runTests } from '../../deploy/smoke.ts'
import { invokeFunction } from '../invoke.ts'
import { readFunction } from '../live.ts'
import { ALIAS, openTarget } from '../session.ts'

export const smoke = async (context: Context, { times }: { times: number }): Promise<void> => {
  const { session: opened, name, deployment } = await openTarget(context)
  const tests = await requireTests(context.options().file, deployment.smoke)
  const session = { ...opened, onlyLooks: true }
  if ((await readFunction(session, name)) === undefined)
    throw new CommandError(`there is no function ${name}`, {
      fix: 'check the name, the Region and the account',
    })
  const figures = await measure(tests, times, (each, round) => {
    session.output.progress(`smoke tests: ${round} of ${times}`)
    return runTests(session, each, [ALIAS], ({ body, contentType, accept }, qualifier) =>
      invokeFunction(session, {
        name,
        qualifier,
        body,
        contentType,
        ...(accept !== undefined && { accept }),
      }),
    )
  })
  showFigures(session.output, name, figures)
}
