#!/usr/bin/env node
/** `sagemaker-rehearsal`: SageMaker on this machine, for as long as the program runs. */

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { addRehearsalOptions, banner, type CommandLine, optionsOf } from './command-line.ts'
import { commandLauncher } from './instances/command.ts'
import { containerLauncher } from './instances/container.ts'
import { commandLambda, containerLambda } from './lambda/launchers.ts'
import { startRehearsal } from './rehearsal.ts'

const HELP = `
Each instance is a command, or a container of the image that the model names:

  sagemaker-rehearsal --instance 'npm start -- --model {model} --port {port}'
  sagemaker-rehearsal --engine docker`

type Options = CommandLine & { instance?: string; engine?: string; lambda?: string; region: string }

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}

const program = new Command('sagemaker-rehearsal')
  .description(
    'SageMaker on this machine: an AWS endpoint for the AWS CLI, boto3, the SDKs and what uses them.',
  )
  .version(version)
  .option(
    '--instance <command>',
    'what an instance is: {port} is where it listens, {model} the folder with the model',
  )
  .addOption(
    new Option('--engine <command>', 'docker or podman, which runs each model’s own image').conflicts(
      'instance',
    ),
  )
  .option(
    '--lambda <command>',
    'what runs in an environment of a function, in place of a container: it asks AWS_LAMBDA_RUNTIME_API for events',
  )
  .addOption(
    new Option('--region <region>', 'of requests that are signed for none')
      .env('AWS_REGION')
      .default('us-east-1'),
  )
  .addHelpText('after', HELP)
  .showHelpAfterError('(add --help for the options)')
addRehearsalOptions(program).parse()
const options = program.opts<Options>()

const launcherOf = ({ instance, engine }: Options) => {
  if (engine !== undefined) return containerLauncher(engine)
  if (instance !== undefined) return commandLauncher(instance)
  throw new Error('what is an instance? Say --instance COMMAND, or --engine docker')
}

/** Undefined where functions can be made, but not invoked. */
const lambdaOf = ({ lambda, engine }: Options) =>
  lambda !== undefined ? commandLambda(lambda) : engine === undefined ? undefined : containerLambda(engine)

const run = async (): Promise<void> => {
  const lambda = lambdaOf(options)
  const rehearsal = await startRehearsal({
    ...optionsOf(options),
    ...(lambda !== undefined && { lambda }),
    region: options.region,
    launcher: launcherOf(options),
    announce: (line) => process.stderr.write(`${line}\n`),
  })
  const instances =
    options.instance === undefined
      ? `Each instance is a container of the image that its model names, run by ${options.engine}.`
      : `Each instance is \`${options.instance}\`, whatever its image says.`
  process.stdout.write(
    `${banner(rehearsal.url, options.region, instances)}\n\nCtrl-C ends it and its servers.\n`,
  )
  const ended = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort())
  await once(ended.signal, 'abort')
  process.stderr.write('ending the servers …\n')
  await rehearsal.stop()
}

run().catch((error: NodeJS.ErrnoException) => {
  const isTaken = error.code === 'EADDRINUSE'
  process.stderr.write(
    `error: ${isTaken ? `port ${options.port} is in use; choose another one with --port` : error.message}\n`,
  )
  process.exitCode = 1
})
