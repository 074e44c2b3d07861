/** Takes a live endpoint to a configuration that is there already: a rollback, by a test or by hand. */

import { DeregisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling'
import type {
  DescribeEndpointConfigOutput,
  DescribeEndpointOutput,
  UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker'
import { describeConfig, readScaling } from '../aws/live.ts'
import { CommandError } from '../cli/command.ts'
import { legalUpdate, mustDeregister } from '../plan/legal-update.ts'
import { updateEndpoint } from './apply.ts'
import { Overtaken } from './overtaken.ts'
import type { Session } from './session.ts'
import { untilSettled } from './watch.ts'

export type Moved = {
  /** The configuration that runs now. */
  runs?: string
  /** Its content. */
  config?: DescribeEndpointConfigOutput
  /** Empty if it is the one that was asked for. */
  problems: string[]
}

/** @param guards the DeploymentConfig wanted, as far as SageMaker takes it for this change; without one, all at once */
export const moveTo = async (
  session: Session,
  endpoint: DescribeEndpointOutput,
  goal: string,
  guards: Pick<UpdateEndpointCommandInput, 'DeploymentConfig'> = {},
): Promise<Moved> => {
  const { clients, output } = session
  const name = endpoint.EndpointName as string
  const [now, config, scaling] = await Promise.all([
    endpoint.EndpointConfigName === undefined
      ? undefined
      : describeConfig(clients, endpoint.EndpointConfigName),
    describeConfig(clients, goal),
    readScaling(clients, name, endpoint.ProductionVariants ?? []),
  ])
  if (config === undefined) {
    throw new CommandError(`Configuration ${goal} no longer exists`, {
      fix: 'deploy the version that you want; keepVersions says how many gc keeps',
    })
  }
  const wanted: UpdateEndpointCommandInput = {
    EndpointName: name,
    EndpointConfigName: goal,
    RetainAllVariantProperties: true,
    ExcludeRetainedVariantProperties: [{ VariantPropertyType: 'DataCaptureConfig' }],
    ...guards,
  }
  const { request, warnings } = legalUpdate(wanted, now, config)
  for (const warning of warnings) output.warn(warning)
  const live = { endpoint, ...(now !== undefined && { config: now }), scaling }
  const removed = new Set(mustDeregister(live, config))
  for (const { ResourceId, ScalableDimension } of scaling.targets) {
    if (ResourceId === undefined || !removed.has(ResourceId)) continue
    output.step(`- autoscaling ${ResourceId}`)
    await clients.scaling.send(
      new DeregisterScalableTargetCommand({ ServiceNamespace: 'sagemaker', ResourceId, ScalableDimension }),
    )
  }
  output.step(`~ endpoint ${name}: ${endpoint.EndpointConfigName} → ${goal}`)
  try {
    await updateEndpoint(session, request)
  } catch (error) {
    if (!(error instanceof Overtaken && error.isBusy)) throw error
    output.step(`${error.message}. Waiting …`)
    const now = await untilSettled(session, name)
    // Only what leaves the version as it is, such as autoscaling, is waited for: another deployment is not undone.
    if (now === undefined || now.EndpointConfigName !== endpoint.EndpointConfigName) throw error
    return moveTo(session, now, goal, guards)
  }
  const settled = await untilSettled(session, name, { before: endpoint })
  const problems =
    settled?.EndpointStatus === 'InService' && settled.EndpointConfigName === goal
      ? []
      : [
          `the endpoint is ${settled?.EndpointStatus ?? 'gone'} and runs ${settled?.EndpointConfigName ?? 'nothing'}, not ${goal}`,
          ...(settled?.FailureReason === undefined ? [] : [settled.FailureReason]),
        ]
  return {
    ...(settled?.EndpointConfigName !== undefined && { runs: settled.EndpointConfigName }),
    config,
    problems,
  }
}
