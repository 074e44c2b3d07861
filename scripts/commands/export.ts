import { writeFileSync } from 'node:fs'
import { Argument } from 'commander'
import type { Context, Register } from '../cli/command.ts'
import { TAG_OPTION, withTag } from '../config/fleets.ts'
import { loadDeployment } from '../config/load.ts'
import { defaultSticky } from '../config/sticky.ts'
import { cloudFormation, cloudFormationText, templateText } from '../export/cloudformation.ts'
import { notesOf } from '../export/notes.ts'
import { proxyTemplate } from '../export/proxy.ts'
import { proxyZip } from '../export/proxy-zip.ts'
import { resourcesOf } from '../export/resources.ts'
import { terraform } from '../export/terraform.ts'
import { byTarget } from './by-target.ts'
import { openDesired, type Wanted } from './open.ts'

type Written = { value: unknown; text: string }

const PROXY = 'proxy'

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

/** The proxy's function: nothing of it depends on what the account has. */
const writeProxy = (context: Context, zip: string | undefined): void => {
  const { file, environment } = context.options()
  const output = context.output()
  const { deployment, warnings } = loadDeployment(file, environment)
  for (const warning of warnings) output.warn(warning)
  const { endpoint, sticky = defaultSticky(endpoint) } = deployment
  const { bytes, hash } = proxyZip()
  const key = `${endpoint}-proxy-${hash}.zip`
  const value = proxyTemplate({ endpoint, sticky }, key)
  if (zip !== undefined) writeFileSync(zip, bytes)
  output.step(
    `the code${zip === undefined ? ', which --zip writes,' : `, ${zip},`} goes to s3://BUCKET/${key}`,
  )
  output.result(value, templateText(value).trimEnd())
}

export const registerExport: Register = (program, context: Context) => {
  program
    .command('export')
    .description(
      'Writes a template to stdout: what deploy would create, as CloudFormation in YAML (JSON with --json) or Terraform (.tf.json); or the proxy as a Lambda function, as CloudFormation.',
    )
    .addArgument(new Argument('<what>', 'what is written').choices([...Object.keys(FORMATS), PROXY]))
    .option(...TAG_OPTION)
    .option('--zip <FILE>', 'with proxy: write the code of the function there')
    .addHelpText(
      'after',
      '\nExamples: onnx-serving-endpoint export cloudformation > endpoint-stack.yaml\n          onnx-serving-endpoint -e staging export terraform > staging.tf.json\n          onnx-serving-endpoint export proxy --zip proxy.zip > proxy.yaml',
    )
    .action(
      byTarget(
        context,
        (lambda) => lambda.export,
        async (what: string, { tag, zip }: { tag?: string; zip?: string }) => {
          if (what === PROXY) return writeProxy(context, zip)
          const wanted = await openDesired(context, (deployment) => withTag(deployment, tag))
          const { value, text } = (FORMATS[what] as (wanted: Wanted) => Written)(wanted)
          wanted.session.output.result(value, text)
        },
      ),
    )
}
