/** What the commands have in common: the file, the clients, the endpoint. */

import { readIdentity } from '../aws/identity.ts'
import { resolve } from '../aws/resolve.ts'
import { CommandError, type Context, EXIT } from '../cli/command.ts'
import type { Deployment } from '../config/deployment.ts'
import { loadDeployment } from '../config/load.ts'
import type { Session } from '../deploy/session.ts'
import { type LoadedTest, loadSmokeTests } from '../deploy/smoke-files.ts'
import { type Preflight, runPreflight } from '../doctor/preflight.ts'
import { askAws, runTool } from '../doctor/subject.ts'
import type { Plan } from '../plan/action.ts'
import { desire } from '../plan/desire.ts'
import type { Desired, Resolved } from '../plan/desired.ts'

export type Target = {
  session: Session
  endpoint: string
  region: string
  /** What the file says, unless the endpoint was named instead. */
  deployment?: Deployment
}

const openSession = async (
  context: Context,
  region: string | undefined,
): Promise<Omit<Target, 'endpoint'>> => {
  const clients = context.clients(region)
  const session = { clients, output: context.output(), signal: context.signal, clock: context.clock }
  try {
    return { session, region: await clients.sagemaker.config.region() }
  } catch {
    const { AWS_PROFILE: profile } = process.env
    const why = profile === undefined ? '' : `: the profile ${profile} has none, or is not there`
    throw new CommandError(`no Region is known${why}`, {
      exitCode: EXIT.usage,
      fix: 'give --region, region in the file, AWS_REGION or a profile that has one',
    })
  }
}

/** The endpoint that is named, else the file's. The file's `account` is a guard. */
export const openTarget = async (context: Context, name: string | undefined): Promise<Target> => {
  const { file, environment, region } = context.options()
  if (name !== undefined) return { ...(await openSession(context, region)), endpoint: name }
  const { deployment } = loadDeployment(file, environment)
  const target = await openSession(context, region ?? deployment.region)
  if (deployment.account !== undefined) await readIdentity(target.session.clients, deployment.account)
  return { ...target, endpoint: deployment.endpoint, deployment }
}

export type Wanted = Required<Target> & { resolved: Resolved; desired: Desired; smoke: LoadedTest[] }

/** What the file asks for, as requests. @param change what a command makes of the file before that */
export const openDesired = async (
  context: Context,
  change: (deployment: Deployment) => Deployment = (deployment) => deployment,
): Promise<Wanted> => {
  const options = context.options()
  const loaded = loadDeployment(options.file, options.environment)
  const deployment = change(loaded.deployment)
  const smoke = await loadSmokeTests(deployment.smoke)
  const { session, region } = await openSession(context, options.region ?? deployment.region)
  const { resolved, warnings } = await resolve(session.clients, deployment, {
    signal: session.signal,
    onProgress: session.output.progress,
  })
  for (const warning of [...loaded.warnings, ...warnings]) session.output.warn(warning)
  const desired = desire(deployment, resolved)
  return { session, endpoint: deployment.endpoint, region, deployment, resolved, desired, smoke }
}

/** What is known to fail, or likely to, before anything is sent. */
export const preflight = async (
  { session, region, deployment }: Wanted,
  plan: Pick<Plan, 'actions'>,
): Promise<Preflight> =>
  runPreflight(
    {
      file: '',
      configuration: { deployment, warnings: [] },
      region,
      aws: await askAws(region, session.clients),
      tool: runTool,
      engine: undefined,
    },
    plan,
  )

/** `--endpoint NAME`, for commands that need no file. */
export const ENDPOINT_OPTION = [
  '--endpoint <NAME>',
  'an endpoint by its name, in place of the one in the file',
] as const
