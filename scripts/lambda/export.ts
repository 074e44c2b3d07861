/**
 * A function as a CloudFormation template: the very requests, since its properties are named as their members are. Pure. Our own tags
 * are left out: what a template owns is none of `deploy`, `gc` and `delete`.
 */

import { HISTORY_TAG, OWNER_TAG } from '../plan/desired.ts'
import type { DesiredFunction } from './desire.ts'
import { permissionsFor } from './permissions.ts'
import { ALIAS } from './session.ts'

type Resource = { Type: string; DependsOn?: string; Properties: Record<string, unknown> }

/** Letters and digits: a version is never changed, so that another one must have another name in the template. */
const versionId = ({ hash }: DesiredFunction): string => `Version${hash}`

const urlResources = ({ name, url }: DesiredFunction): Record<string, Resource> => {
  if (url === undefined) return {}
  const permissions = permissionsFor(name, url).map(
    ({ FunctionName: _, Qualifier: __, StatementId, ...rest }) => [
      StatementId?.endsWith('invoke') ? 'Invoke' : 'InvokeUrl',
      { Type: 'AWS::Lambda::Permission', Properties: { FunctionName: { Ref: 'Alias' }, ...rest } },
    ],
  )
  return {
    Url: {
      Type: 'AWS::Lambda::Url',
      DependsOn: 'Alias',
      Properties: {
        TargetFunctionArn: { 'Fn::GetAtt': ['Function', 'Arn'] },
        Qualifier: ALIAS,
        AuthType: url.auth === 'none' ? 'NONE' : 'AWS_IAM',
      },
    },
    ...Object.fromEntries(permissions),
  }
}

export const functionTemplate = (desired: DesiredFunction) => {
  const { name, create, reserved, provisioned, url } = desired
  const { Tags = {}, VpcConfig, ...properties } = create
  const tags = Object.entries(Tags).filter(([key]) => key !== OWNER_TAG && key !== HISTORY_TAG)
  const version = versionId(desired)
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `The function ${name}.`,
    Resources: {
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          ...properties,
          ...((VpcConfig?.SubnetIds ?? []).length > 0 && { VpcConfig }),
          ...(reserved !== undefined && { ReservedConcurrentExecutions: reserved }),
          ...(tags.length > 0 && { Tags: tags.map(([Key, Value]) => ({ Key, Value })) }),
        },
      },
      [version]: {
        Type: 'AWS::Lambda::Version',
        Properties: {
          FunctionName: { Ref: 'Function' },
          ...(provisioned !== undefined && {
            ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: provisioned },
          }),
        },
      },
      Alias: {
        Type: 'AWS::Lambda::Alias',
        Properties: {
          FunctionName: { Ref: 'Function' },
          FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
          Name: ALIAS,
        },
      },
      ...urlResources(desired),
    },
    ...(url !== undefined && { Outputs: { Url: { Value: { 'Fn::GetAtt': ['Url', 'FunctionUrl'] } } } }),
  }
}

/** What a template cannot say of a deployment, in a line each. */
export const functionNotes = ({ name, archives, rollout }: DesiredFunction, tests: number): string[] => [
  `Written by "onnx-serving-endpoint export" from the file of ${name}: change that, and export again.`,
  'The image is named by its digest: push and export again for a new one.',
  ...archives.map(
    ({ bucket, key }) =>
      `s3://${bucket}/${key} must be there first: "onnx-serving-endpoint package" uploads it.`,
  ),
  ...(tests === 0 ? [] : ['The smoke tests are not run.']),
  ...(rollout.strategy === 'all-at-once'
    ? []
    : ['All requests move at once: of an alias, CloudFormation shifts weights only by way of CodeDeploy.']),
]
