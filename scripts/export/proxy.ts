/** A CloudFormation template of the proxy as a function of AWS Lambda, with all that it needs. */

import { splitLocation } from '../aws/s3-location.ts'
import { CommandError } from '../cli/command.ts'
import { stickyText } from '../config/sticky.ts'
import { PROXY } from '../doctor/needs.ts'
import type { ProxySettings } from '../traffic/settings.ts'

/** Lambda quotas: environment variables of a function, all together. */
const MAX_ENVIRONMENT_BYTES = 4096

/** SageMaker gives a model 60 s; a cold start and the weights come before it. */
const TIMEOUT_SECONDS = 75

const DAYS = 90

const sub = (text: string) => ({ 'Fn::Sub': text })
const reference = (name: string) => `\${${name}}`

/** `s3://bucket/prefix/` → its bucket, and what is below the prefix. */
const placeOf = (location: string): { bucket: string; objects: string } => {
  const { bucket, prefix } = splitLocation(location)
  return { bucket, objects: `${bucket}/${prefix === '' ? '' : `${prefix}/`}*` }
}

const environmentOf = ({ endpoint, sticky }: ProxySettings): Record<string, string> => {
  const variables = { ENDPOINT_NAME: endpoint, STICKY: stickyText(sticky) }
  const bytes = Buffer.byteLength(Object.entries(variables).flat().join(''))
  if (bytes > MAX_ENVIRONMENT_BYTES)
    throw new CommandError(
      `sticky has ${bytes} bytes as variables of the function, which has ${MAX_ENVIRONMENT_BYTES} at most`,
      { fix: 'name fewer users in sticky.force, or run the proxy as a container' },
    )
  return variables
}

const bucketOf = (bucket: string) => ({
  Type: 'AWS::S3::Bucket',
  Condition: 'MakesBucket',
  Properties: {
    BucketName: bucket,
    LifecycleConfiguration: { Rules: [{ Id: 'expire', Status: 'Enabled', ExpirationInDays: DAYS }] },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  },
})

/** Who may call the URL where it asks nobody: since October 2025 both are needed, as of who signs (Lambda developer guide, "Control access"). */
const anyone = (action: string, condition: Record<string, unknown>) => ({
  Type: 'AWS::Lambda::Permission',
  Condition: 'IsOpen',
  Properties: { FunctionName: { Ref: 'Proxy' }, Action: action, Principal: '*', ...condition },
})

/** @param codeKey the name of the zip in its bucket: another one for other code */
export const proxyTemplate = (settings: ProxySettings, codeKey: string) => {
  const { endpoint, sticky } = settings
  const place = sticky.exposures === undefined ? undefined : placeOf(sticky.exposures)
  const statements = [
    {
      Effect: 'Allow',
      Action: [...PROXY.endpoint],
      Resource: sub(
        `arn:${reference('AWS::Partition')}:sagemaker:${reference('AWS::Region')}:${reference('AWS::AccountId')}:endpoint/${endpoint}`,
      ),
    },
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: { 'Fn::GetAtt': ['Log', 'Arn'] },
    },
    ...(place
      ? [
          {
            Effect: 'Allow',
            Action: [...PROXY.exposures],
            Resource: sub(`arn:${reference('AWS::Partition')}:s3:::${place.objects}`),
          },
        ]
      : []),
  ]
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Keeps each user of the endpoint ${endpoint} on one variant.`,
    Parameters: {
      CodeBucket: { Type: 'String', Description: 'The bucket with the zip, in this Region.' },
      CodeKey: { Type: 'String', Default: codeKey, Description: 'The zip in it.' },
      Auth: {
        Type: 'String',
        Default: 'AWS_IAM',
        AllowedValues: ['AWS_IAM', 'NONE'],
        Description:
          'Who may call the URL: those with lambda:InvokeFunctionUrl and lambda:InvokeFunction, or the whole internet.',
      },
      ...(place && {
        MakeBucket: {
          Type: 'String',
          Default: 'yes',
          AllowedValues: ['yes', 'no'],
          Description: `Whether the bucket ${place.bucket} is made; no if it is there already.`,
        },
      }),
    },
    Conditions: {
      IsOpen: { 'Fn::Equals': [{ Ref: 'Auth' }, 'NONE'] },
      ...(place && { MakesBucket: { 'Fn::Equals': [{ Ref: 'MakeBucket' }, 'yes'] } }),
    },
    Resources: {
      Log: {
        Type: 'AWS::Logs::LogGroup',
        Properties: {
          LogGroupName: sub(`/aws/lambda/${reference('AWS::StackName')}`),
          RetentionInDays: DAYS,
        },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
            ],
          },
          Policies: [
            { PolicyName: 'proxy', PolicyDocument: { Version: '2012-10-17', Statement: statements } },
          ],
        },
      },
      ...(place && { Exposures: bucketOf(place.bucket) }),
      Proxy: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'nodejs24.x',
          Architectures: ['arm64'],
          Handler: 'index.handler',
          Code: { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } },
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          MemorySize: 512,
          Timeout: TIMEOUT_SECONDS,
          LoggingConfig: { LogGroup: { Ref: 'Log' } },
          Environment: { Variables: environmentOf(settings) },
        },
      },
      Url: {
        Type: 'AWS::Lambda::Url',
        Properties: { TargetFunctionArn: { 'Fn::GetAtt': ['Proxy', 'Arn'] }, AuthType: { Ref: 'Auth' } },
      },
      UrlForAll: anyone('lambda:InvokeFunctionUrl', { FunctionUrlAuthType: 'NONE' }),
      FunctionForAll: anyone('lambda:InvokeFunction', { InvokedViaFunctionUrl: true }),
    },
    Outputs: {
      Url: { Value: { 'Fn::GetAtt': ['Url', 'FunctionUrl'] } },
      Exposures: {
        Value: sub(`logs:${reference('Log')}`),
        Description: 'For experiment report --exposures.',
      },
    },
  }
}
