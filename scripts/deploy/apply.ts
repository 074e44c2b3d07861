/** Carries out one action of a plan. Each may be sent twice: what is there already is what was wanted. */

import {
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling'
import { DeleteAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import {
  AddTagsCommand,
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  type DescribeEndpointOutput,
  UpdateEndpointCommand,
  type UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker'
import { isAlreadyThere, isConflict, isMissing, messageOf } from '../aws/errors.ts'
import { describeEndpoint } from '../aws/live.ts'
import { bar } from '../cli/output.ts'
import { upload } from '../package/upload.ts'
import type { Action } from '../plan/action.ts'
import type { Archive, Scaling } from '../plan/desired.ts'
import { isBusy } from '../plan/plan.ts'
import { eventually } from './eventually.ts'
import { Overtaken } from './overtaken.ts'
import type { Session } from './session.ts'
import { untilGone } from './watch.ts'

export const unlessThere = async (call: Promise<unknown>): Promise<void> => {
  try {
    await call
  } catch (error) {
    if (!isAlreadyThere(error)) throw error
  }
}

export const unlessMissing = async (call: Promise<unknown>): Promise<void> => {
  try {
    await call
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

/**
 * The SDK repeats a request whose answer was lost, and AWS refuses the second because of the first. So a refusal counts
 * only if the endpoint is not on its way to what was asked; then someone else was quicker.
 */
const unlessUnderWay = async (
  { clients }: Session,
  {
    EndpointName: name,
    EndpointConfigName,
  }: Pick<UpdateEndpointCommandInput, 'EndpointName' | 'EndpointConfigName'>,
  call: Promise<unknown>,
): Promise<void> => {
  try {
    await call
  } catch (error) {
    if (!isConflict(error) && !isAlreadyThere(error)) throw error
    const endpoint = await describeEndpoint(clients, name as string)
    const goal = endpoint?.PendingDeploymentSummary?.EndpointConfigName ?? endpoint?.EndpointConfigName
    if (goal !== EndpointConfigName) throw overtaken(name as string, endpoint, error)
  }
}

const overtaken = (name: string, endpoint: DescribeEndpointOutput | undefined, error: unknown): Overtaken =>
  isBusy(endpoint)
    ? new Overtaken(`The endpoint ${name} is already being changed (${endpoint?.EndpointStatus})`, {
        isBusy: true,
        fix: 'run the command again: it waits until that is over',
      })
    : new Overtaken(`AWS refuses to change the endpoint ${name}: ${messageOf(error)}`)

export const updateEndpoint = (session: Session, request: UpdateEndpointCommandInput): Promise<void> =>
  unlessUnderWay(
    session,
    request,
    eventually(session, () => session.clients.sagemaker.send(new UpdateEndpointCommand(request))),
  )

export const registerScaling = async (
  session: Session,
  { target, policies, alarm }: Scaling,
): Promise<void> => {
  const { scaling, cloudwatch } = session.clients
  await eventually(session, () => scaling.send(new RegisterScalableTargetCommand(target)))
  for (const policy of policies) {
    const { PolicyARN } = await eventually(session, () => scaling.send(new PutScalingPolicyCommand(policy)))
    if (alarm !== undefined && alarm.AlarmName === policy.PolicyName)
      await cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, AlarmActions: [PolicyARN as string] }))
  }
}

export const deleteAlarms = async ({ clients }: Session, names: readonly string[]): Promise<void> => {
  // CloudWatch API reference, DeleteAlarms: up to 100 in one call.
  for (let at = 0; at < names.length; at += 100) {
    await unlessMissing(
      clients.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: names.slice(at, at + 100) })),
    )
  }
}

/** Deletes an endpoint and waits until it is gone. */
export const deleteEndpoint = async (session: Session, name: string): Promise<void> => {
  try {
    await session.clients.sagemaker.send(new DeleteEndpointCommand({ EndpointName: name }))
  } catch (error) {
    const endpoint = await describeEndpoint(session.clients, name)
    if (isBusy(endpoint) && endpoint?.EndpointStatus !== 'Deleting') throw overtaken(name, endpoint, error)
    if (endpoint !== undefined && endpoint.EndpointStatus !== 'Deleting') throw error
  }
  await untilGone(session, name)
}

/** Bytes are counted before they are compressed. */
export const uploadProgress =
  ({ output }: Session, { key, bytes: total }: Archive) =>
  (bytes: number) => {
    output.progress(
      `uploading ${key} ${bar(bytes / total)} ${(bytes / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`,
    )
  }

/** @param arn the endpoint's, for its tags */
export const apply = async (session: Session, action: Action, arn: string | undefined): Promise<void> => {
  if (action.kind === 'keep') return
  const { sagemaker, s3, scaling, cloudwatch } = session.clients
  switch (action.what) {
    case 'bucket':
      return unlessThere(s3.send(new CreateBucketCommand(action.request)))
    case 'archive':
      await upload(s3, action.request, {
        signal: session.signal,
        onProgress: uploadProgress(session, action.request),
      })
      return
    case 'model':
      return unlessThere(eventually(session, () => sagemaker.send(new CreateModelCommand(action.request))))
    case 'configuration':
      return unlessThere(
        eventually(session, () => sagemaker.send(new CreateEndpointConfigCommand(action.request))),
      )
    case 'tags':
      await sagemaker.send(new AddTagsCommand({ ResourceArn: arn, ...action.request }))
      return
    case 'alarm':
      if (action.kind === 'delete') return deleteAlarms(session, action.request.AlarmNames ?? [])
      await cloudwatch.send(new PutMetricAlarmCommand(action.request))
      return
    case 'endpoint': {
      if (action.kind === 'update') return updateEndpoint(session, action.request)
      if (action.kind === 'replace') await deleteEndpoint(session, action.name)
      const { request } = action
      return unlessUnderWay(
        session,
        request,
        eventually(session, () => sagemaker.send(new CreateEndpointCommand(request))),
      )
    }
    case 'autoscaling':
      if (action.kind === 'delete') {
        return unlessMissing(scaling.send(new DeregisterScalableTargetCommand(action.request)))
      }
      return registerScaling(session, action.request)
    case 'scaling policy':
      return unlessMissing(scaling.send(new DeleteScalingPolicyCommand(action.request)))
  }
}
