/** The one place where a command turns to the target that the file names. */

import type { Context } from '../cli/command.ts'
import { isLambda } from '../config/deployment.ts'
import { loadAny } from '../config/load.ts'
import type { LambdaCommands } from '../lambda/commands/all.ts'

/** `--endpoint` names an endpoint, whatever the file says. */
const namesEndpoint = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && 'endpoint' in given && given.endpoint !== undefined

/**
 * The action of a command: SageMaker's, or Lambda's where the file says `target: lambda`, which is loaded only then.
 * @param ofLambda picks the row of Lambda's table
 */
export const byTarget =
  <Given extends unknown[], Result>(
    context: Context,
    ofLambda: (commands: LambdaCommands) => (context: Context, ...given: Given) => Promise<Result>,
    sagemaker: (...given: Given) => Promise<Result>,
  ) =>
  async (...given: Given): Promise<Result> => {
    const { file, environment } = context.options()
    if (given.some(namesEndpoint) || !isLambda(loadAny(file, environment).deployment))
      return sagemaker(...given)
    const { LAMBDA } = await import('../lambda/commands/all.ts')
    return ofLambda(LAMBDA)(context, ...given)
  }
