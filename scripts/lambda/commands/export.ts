import { CommandError, type Context, EXIT } from '../../cli/command.ts'
import { withTag } from '../../config/fleets.ts'
import { templateText } from '../../export/cloudformation.ts'
import { functionNotes, functionTemplate } from '../export.ts'
import { openWanted } from '../resolve.ts'

/** CloudFormation alone. */
export const exportTemplate = async (
  context: Context,
  what: string,
  { tag }: { tag?: string },
): Promise<void> => {
  if (what !== 'cloudformation')
    throw new CommandError(`a function is exported as cloudformation, and not as ${what}`, {
      exitCode: EXIT.usage,
    })
  const { desired, session, smoke } = await openWanted(context, (deployment) => withTag(deployment, tag))
  const value = functionTemplate(desired)
  const notes = functionNotes(desired, smoke.length)
  const head = notes.map((note) => `# ${note}\n`).join('')
  session.output.result(value, `${head}\n${templateText(value).trimEnd()}`)
}
