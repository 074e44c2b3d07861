/** What checks look at, gathered once. That something is missing is a check's finding, not an error here. */

import { execFile } from 'node:child_process'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { type Clients, createClients } from '../aws/clients.ts'
import { CommandError, type Context, type GlobalOptions } from '../cli/command.ts'
import type { Deployment } from '../config/deployment.ts'
import { loadDeployment } from '../config/load.ts'
import { type Finding, notChecked } from './finding.ts'

export type Configuration = { deployment: Deployment; warnings: string[] }

export type Aws = {
  clients: Clients
  region: string
  account: string
  partition: string
  /** The caller's. */
  arn: string
  /** How far this machine's clock is ahead of AWS's; undefined if AWS did not say. */
  aheadMs: number | undefined
}

export type Subject = {
  file: string
  configuration: Configuration | { problem: CommandError }
  region: string | undefined
  aws: Aws | { problem: Error }
  /** Runs a tool of this machine; undefined if it is not installed. */
  tool: (name: string, args: readonly string[]) => Promise<{ ok: boolean; output: string } | undefined>
  /** ENGINE, as build_and_push.sh reads it. */
  engine: string | undefined
}

export type Check = (subject: Subject) => Promise<Finding>

/** How long a tool may take to say how it is. */
const TOOL_MS = 20_000

export const runTool: Subject['tool'] = (name, args) =>
  new Promise((resolve) => {
    execFile(name, args, { timeout: TOOL_MS, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') resolve(undefined)
      else resolve({ ok: error === null, output: stdout + stderr })
    })
  })

const load = (file: string, environment: string | undefined): Subject['configuration'] => {
  try {
    return loadDeployment(file, environment)
  } catch (error) {
    if (error instanceof CommandError) return { problem: error }
    throw error
  }
}

/** Who calls, and where. */
export const askAws = async (region: string, clients: Clients): Promise<Subject['aws']> => {
  let date: string | undefined
  clients.sts.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { headers } = result.response as { headers?: Record<string, string> }
      date = headers?.date
      return result
    },
    { step: 'deserialize', name: 'readDate' },
  )
  try {
    const { Account: account = '', Arn: arn = '' } = await clients.sts.send(new GetCallerIdentityCommand({}))
    const aheadMs = date === undefined ? undefined : Date.now() - Date.parse(date)
    return { clients, region, account, arn, partition: arn.split(':')[1] ?? 'aws', aheadMs }
  } catch (error) {
    return { problem: error as Error }
  }
}

export const gather = async (
  options: Pick<GlobalOptions, 'file' | 'environment' | 'region'>,
  clientsIn: Context['clients'] = createClients,
): Promise<Subject> => {
  const configuration = load(options.file, options.environment)
  const wanted =
    options.region ?? ('deployment' in configuration ? configuration.deployment.region : undefined)
  const clients = clientsIn(wanted)
  const region = await clients.sts.config.region().catch(() => undefined)
  return {
    file: options.file,
    configuration,
    region,
    aws: region === undefined ? { problem: new Error('there is no region') } : await askAws(region, clients),
    tool: runTool,
    engine: process.env.ENGINE || undefined,
  }
}

/** A check that needs a valid configuration. */
export const withDeployment =
  (check: (deployment: Deployment, subject: Subject) => Promise<Finding>): Check =>
  async (subject) =>
    'deployment' in subject.configuration
      ? check(subject.configuration.deployment, subject)
      : notChecked('the configuration is not valid')

/** A check that needs AWS. */
export const withAws =
  (check: (aws: Aws, subject: Subject) => Promise<Finding>): Check =>
  async (subject) =>
    'clients' in subject.aws ? check(subject.aws, subject) : notChecked('No valid AWS credentials')

/** A check that needs both. */
export const withBoth = (check: (deployment: Deployment, aws: Aws) => Promise<Finding>): Check =>
  withAws((aws, subject) => withDeployment((deployment) => check(deployment, aws))(subject))
