import { Argument } from 'commander'
import type { Context, Register } from '../cli/command.ts'
import { TAG_OPTION, withTag } from '../config/fleets.ts'
import { cloudFormation, cloudFormationText } from '../export/cloudformation.ts'
import { notesOf } from '../export/notes.ts'
import { resourcesOf } from '../export/resources.ts'
import { terraform } from '../export/terraform.ts'
import { openDesired, type Wanted } from './open.ts'

type Written = { value: unknown; text: string }

const FORMATS: Record<string, (wanted: Wanted) => Written> = {
  cloudformation({ deployment, desired }) {
    const exported = resourcesOf(desired)
    const notes = notesOf(deployment, desired, exported)
    const value = cloudFormation(exported, desired.endpoint, notes)
    return { value, text: cloudFormationText(value, notes).trimEnd() }
  },
  terraform({ deployment, desired, region }) {
    const exported = resourcesOf(desired)
    const value = terraform(exported, region, notesOf(deployment, desired, exported))
    return { value, text: JSON.stringify(value, undefined, 2) }
  },
}

export const registerExport: Register = (program, context: Context) => {
  program
    .command('export')
    .description(
      'Writes what deploy would create as a template to stdout: CloudFormation in YAML (JSON with --json), or Terraform (.tf.json).',
    )
    .addArgument(new Argument('<format>', 'the form').choices(Object.keys(FORMATS)))
    .option(...TAG_OPTION)
    .addHelpText(
      'after',
      '\nExamples: onnx-serving-endpoint export cloudformation > endpoint-stack.yaml\n          onnx-serving-endpoint -e staging export terraform > staging.tf.json',
    )
    .action(async (format: string, { tag }: { tag?: string }) => {
      const wanted = await openDesired(context, (deployment) => withTag(deployment, tag))
      const { value, text } = (FORMATS[format] as (wanted: Wanted) => Written)(wanted)
      wanted.session.output.result(value, text)
    })
}
