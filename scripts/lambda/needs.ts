/**
 * Which actions the commands and the execution role need with `target: lambda`. docs/iam/lambda-*.json has the same as policies; tests
 * hold the two, and what scripts/lambda/ imports from the SDK, against one another.
 */

import { parseAddress } from '../aws/image-address.ts'
import type { LambdaDeployment } from '../config/deployment.ts'
import { DEPLOYER, EXECUTION, type Need } from '../doctor/needs.ts'
import { bucketsOf, isFolder, objectsOf, type Place, repositoryArn, unique } from '../doctor/resources.ts'

/** What the one who runs the commands needs. */
export const LAMBDA_DEPLOYER = {
  functions: [
    'lambda:CreateFunction',
    'lambda:GetFunction',
    'lambda:GetFunctionConfiguration',
    'lambda:UpdateFunctionCode',
    'lambda:UpdateFunctionConfiguration',
    'lambda:DeleteFunction',
    'lambda:PublishVersion',
    'lambda:ListVersionsByFunction',
    'lambda:InvokeFunction',
    'lambda:CreateAlias',
    'lambda:GetAlias',
    'lambda:UpdateAlias',
    'lambda:PutFunctionConcurrency',
    'lambda:DeleteFunctionConcurrency',
    'lambda:PutProvisionedConcurrencyConfig',
    'lambda:GetProvisionedConcurrencyConfig',
    'lambda:ListProvisionedConcurrencyConfigs',
    'lambda:DeleteProvisionedConcurrencyConfig',
    'lambda:CreateFunctionUrlConfig',
    'lambda:GetFunctionUrlConfig',
    'lambda:UpdateFunctionUrlConfig',
    'lambda:DeleteFunctionUrlConfig',
    'lambda:AddPermission',
    'lambda:RemovePermission',
    'lambda:GetPolicy',
    'lambda:TagResource',
    'lambda:ListTags',
  ],
  passRole: DEPLOYER.passRole,
  registry: DEPLOYER.registry,
  repository: DEPLOYER.repository,
  /** Lambda developer guide, "Create a function using a container image": by these it lets itself pull the image. */
  repositoryPolicy: ['ecr:GetRepositoryPolicy', 'ecr:SetRepositoryPolicy'],
  bucket: DEPLOYER.bucket,
  objects: DEPLOYER.objects,
  alarms: DEPLOYER.alarms,
  reads: DEPLOYER.reads,
  logs: ['logs:FilterLogEvents', 'logs:DeleteLogGroup'],
  /** Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC". */
  network: ['ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'],
  /** For what is looked at before anything is sent, which does without them as well as it can. */
  checks: ['iam:GetRole', 'iam:SimulatePrincipalPolicy'],
} satisfies Record<string, readonly string[]>

/** What the function needs when it runs in the execution role. */
export const LAMBDA_EXECUTION = {
  logs: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
  models: EXECUTION.models,
  network: [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
} satisfies Record<string, readonly string[]>

const logGroup = ({ endpoint }: LambdaDeployment, { account, partition, region }: Place): string =>
  `arn:${partition}:logs:${region}:${account}:log-group:/aws/lambda/${endpoint}:*`

const withThings = (needs: Need[]): Need[] => needs.filter(({ resources }) => resources.length > 0)

/** For the one who runs the commands, on the very things of this deployment. */
export const lambdaDeployerNeeds = (deployment: LambdaDeployment, place: Place): Need[] => {
  const { account, partition, region } = place
  const { endpoint, role, network, variants } = deployment
  const arn = (service: string, rest: string) => `arn:${partition}:${service}:${region}:${account}:${rest}`
  const [{ image }] = variants
  const uploaded = objectsOf(deployment, place, isFolder)
  const isBuilt = 'repository' in image
  const isOurs = isBuilt || parseAddress(image.uri).account === account
  const repository = repositoryArn(image, place)
  return withThings([
    { actions: LAMBDA_DEPLOYER.functions, resources: [arn('lambda', `function:${endpoint}`)] },
    {
      actions: LAMBDA_DEPLOYER.passRole,
      resources: [role],
      context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    },
    { actions: LAMBDA_DEPLOYER.registry, resources: isBuilt ? ['*'] : [] },
    { actions: LAMBDA_DEPLOYER.repository, resources: isBuilt ? [repository] : [] },
    { actions: ['ecr:DescribeImages'], resources: [repository] },
    { actions: LAMBDA_DEPLOYER.repositoryPolicy, resources: isOurs ? [repository] : [] },
    { actions: LAMBDA_DEPLOYER.bucket, resources: bucketsOf(uploaded) },
    { actions: LAMBDA_DEPLOYER.objects, resources: uploaded },
    { actions: LAMBDA_DEPLOYER.alarms, resources: [arn('cloudwatch', `alarm:${endpoint}-1-error-rate-1`)] },
    { actions: LAMBDA_DEPLOYER.reads, resources: ['*'] },
    { actions: LAMBDA_DEPLOYER.logs, resources: [logGroup(deployment, place)] },
    { actions: LAMBDA_DEPLOYER.network, resources: network.subnets.length > 0 ? ['*'] : [] },
    { actions: LAMBDA_DEPLOYER.checks, resources: ['*'] },
  ])
}

/** For the execution role. */
export const lambdaExecutionNeeds = (deployment: LambdaDeployment, place: Place): Need[] => {
  const models = unique(objectsOf(deployment, place, () => true))
  return withThings([
    { actions: LAMBDA_EXECUTION.logs, resources: [logGroup(deployment, place)] },
    { actions: LAMBDA_EXECUTION.models, resources: models },
    { actions: LAMBDA_EXECUTION.network, resources: deployment.network.subnets.length > 0 ? ['*'] : [] },
  ])
}
