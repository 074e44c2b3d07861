/** `rehearse`: SageMaker on this machine, for as long as the command runs. */

import { once } from 'node:events'
import {
  addRehearsalOptions,
  banner,
  type CommandLine,
  optionsOf,
} from '../../packages/sagemaker-rehearsal/src/command-line.ts'
import { CommandError, type Register } from '../cli/command.ts'
import { IN_CHECKOUT } from '../cli/in-checkout.ts'
import { printable } from '../cli/output.ts'

const INSTANCES = `Each instance is ${IN_CHECKOUT ? 'a server of this checkout' : 'npx onnx-serving'}, whatever its image says.`

export const registerRehearse: Register = (program, context) => {
  const command = program
    .command('rehearse')
    .addHelpText('after', '\nExample: onnx-serving-endpoint rehearse --speed 60')
    .description('SageMaker on this machine: an AWS endpoint for all other commands, the AWS CLI and boto3')
  addRehearsalOptions(command).action(async (options: CommandLine) => {
    const output = context.output()
    const region = context.options().region ?? process.env.AWS_REGION ?? 'us-east-1'
    // The SDK and the rehearsal's services take a moment to load; no other command needs them.
    const { rehearseServer } = await import('../rehearse/server.ts')
    const rehearsal = await rehearseServer({
      ...optionsOf(options),
      region,
      announce: (line) => output.step(printable(line)),
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error
      throw new CommandError(`port ${options.port} is in use`, { fix: 'choose another one with --port' })
    })
    output.result(
      { url: rehearsal.url, region, account: rehearsal.account },
      `${banner(rehearsal.url, region, INSTANCES)}\n\n${IN_CHECKOUT ? 'docs/rehearsal.md tells how to make it misbehave. ' : ''}Ctrl-C ends it and its servers.`,
    )
    if (!context.signal.aborted) await once(context.signal, 'abort')
    output.step('ending the servers …')
    await rehearsal.stop()
  })
}
