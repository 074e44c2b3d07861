/** `rehearse`: SageMaker on this machine, for as long as the command runs. */

import { once } from 'node:events'
import { InvalidArgumentError } from 'commander'
import type { FaultInput } from '../../packages/sagemaker-rehearsal/src/faults.ts'
import { CommandError, type Register } from '../cli/command.ts'
import { printable } from '../cli/output.ts'

const DEFAULT_PORT = 4566

const numberOf =
  (what: string, least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= least && value <= most))
      throw new InvalidArgumentError(`${what} must be a number from ${least} to ${most}.`)
    return value
  }

/** `TYPE=N`. */
const quotaOf = (text: string, before: FaultInput[]): FaultInput[] => {
  const [, instanceType = '', limit] = /^(ml\.[\w.-]+)=(\d{1,6})$/.exec(text) ?? []
  if (limit === undefined) throw new InvalidArgumentError('a quota is written as ml.g5.xlarge=0.')
  return [...before, { kind: 'quota', instanceType, limit: Number(limit) }]
}

type Options = {
  port: number
  speed: number
  state?: string
  throttle?: number
  inconsistent?: number
  quota: FaultInput[]
}

const faultsOf = ({ throttle, inconsistent, quota }: Options): FaultInput[] => [
  ...quota,
  ...(throttle === undefined ? [] : [{ kind: 'throttle', percent: throttle } as const]),
  ...(inconsistent === undefined
    ? []
    : [{ kind: 'consistency', ms: Math.round(inconsistent * 1000) } as const]),
]

const EMULATED =
  'SageMaker (models, configurations, endpoints, deployments), its runtime, Application Auto Scaling, CloudWatch, ' +
  'CloudWatch Logs, S3, ECR without a registry; STS, IAM and Service Quotas as far as `doctor` asks. Each instance is a ' +
  'server of this checkout, whatever its image says.'

const NOT_EMULATED =
  'Permissions, signatures, VPCs, encryption, notifications, data capture; anything that has to do with money.'

const banner = (url: string, region: string): string =>
  [
    `The rehearsal listens on ${url}. In another terminal:`,
    '',
    `  export AWS_ENDPOINT_URL=${url}`,
    '  export AWS_ACCESS_KEY_ID=rehearsal AWS_SECRET_ACCESS_KEY=rehearsal',
    `  export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    '',
    `Emulated: ${EMULATED}`,
    `Not emulated: ${NOT_EMULATED}`,
    '',
    'docs/rehearsal.md tells how to make it misbehave. Ctrl-C ends it and its servers.',
  ].join('\n')

export const registerRehearse: Register = (program, context) => {
  program
    .command('rehearse')
    .description('SageMaker on this machine: an AWS endpoint for all other commands, the AWS CLI and boto3')
    .option('--port <n>', 'where it listens, on loopback', numberOf('the port', 0, 65_535), DEFAULT_PORT)
    .option(
      '--speed <n>',
      'how many times as fast as time its clock runs',
      numberOf('the speed', 0.01, 3600),
      1,
    )
    .option(
      '--state <folder>',
      'keeps everything there and takes it up again; else in a temporary folder that is removed',
    )
    .option('--throttle <percent>', 'refuses so many of all calls', numberOf('the percentage', 0, 100))
    .option(
      '--inconsistent <seconds>',
      'what was made is not found for so long, by its clock',
      numberOf('the time', 0, 3600),
    )
    .option('--quota <type=n>', 'so many instances of a type at most; may be repeated', quotaOf, [])
    .addHelpText('after', '\nExample: onnx-serving-endpoint rehearse --speed 60')
    .action(async (options: Options) => {
      const { port, speed, state } = options
      const output = context.output()
      const region = context.options().region ?? process.env.AWS_REGION ?? 'us-east-1'
      // The SDK and the rehearsal's services take a moment to load; no other command needs them.
      const { startRehearsal } = await import('../../packages/sagemaker-rehearsal/src/rehearsal.ts')
      const rehearsal = await startRehearsal({
        port,
        speed,
        region,
        faults: faultsOf(options),
        ...(state !== undefined && { folder: state }),
        announce: (line) => output.step(printable(line)),
      }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE') throw error
        throw new CommandError(`port ${port} is in use`, { fix: 'choose another one with --port' })
      })
      output.result({ url: rehearsal.url, region, account: rehearsal.account }, banner(rehearsal.url, region))
      if (!context.signal.aborted) await once(context.signal, 'abort')
      output.step('ending the servers …')
      await rehearsal.stop()
    })
}
