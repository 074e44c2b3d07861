/** What the rehearsal emulates, by botocore's name of the service. S3 is not here: its model bounds next to nothing. */
export const ACTIONS: Record<string, readonly string[]> = {
  sagemaker: [
    ...['AddTags', 'DeleteTags', 'ListTags'],
    ...['CreateModel', 'DescribeModel', 'ListModels', 'DeleteModel'],
    ...['CreateEndpointConfig', 'DescribeEndpointConfig', 'ListEndpointConfigs', 'DeleteEndpointConfig'],
    ...['CreateEndpoint', 'DescribeEndpoint', 'ListEndpoints', 'UpdateEndpoint', 'DeleteEndpoint'],
    'UpdateEndpointWeightsAndCapacities',
    ...['CreateTransformJob', 'DescribeTransformJob', 'ListTransformJobs', 'StopTransformJob'],
  ],
  'sagemaker-runtime': ['InvokeEndpoint', 'InvokeEndpointAsync'],
  'application-autoscaling': [
    ...['RegisterScalableTarget', 'DeregisterScalableTarget', 'DescribeScalableTargets'],
    ...['PutScalingPolicy', 'DeleteScalingPolicy', 'DescribeScalingPolicies', 'DescribeScalingActivities'],
  ],
  cloudwatch: [
    ...['PutMetricAlarm', 'DescribeAlarms', 'DeleteAlarms', 'SetAlarmState', 'ListTagsForResource'],
    ...['PutMetricData', 'GetMetricData', 'GetMetricStatistics', 'ListMetrics'],
  ],
  logs: ['DescribeLogGroups', 'DescribeLogStreams', 'FilterLogEvents', 'GetLogEvents', 'DeleteLogGroup'],
  ecr: [
    ...['CreateRepository', 'DescribeRepositories', 'DeleteRepository', 'DescribeImages'],
    ...['GetAuthorizationToken', 'PutLifecyclePolicy', 'GetLifecyclePolicy', 'PutImageTagMutability'],
  ],
  sts: ['GetCallerIdentity'],
  iam: ['GetRole', 'SimulatePrincipalPolicy'],
  'service-quotas': ['GetServiceQuota', 'ListServiceQuotas'],
  resourcegroupstaggingapi: ['GetResources'],
  lambda: [
    ...['CreateFunction', 'GetFunction', 'GetFunctionConfiguration', 'ListFunctions', 'DeleteFunction'],
    ...['UpdateFunctionCode', 'UpdateFunctionConfiguration', 'PublishVersion', 'ListVersionsByFunction'],
    ...['CreateAlias', 'GetAlias', 'ListAliases', 'UpdateAlias', 'DeleteAlias'],
    ...['PutFunctionConcurrency', 'GetFunctionConcurrency', 'DeleteFunctionConcurrency'],
    ...['PutProvisionedConcurrencyConfig', 'GetProvisionedConcurrencyConfig'],
    ...['ListProvisionedConcurrencyConfigs', 'DeleteProvisionedConcurrencyConfig'],
    ...[
      'CreateFunctionUrlConfig',
      'GetFunctionUrlConfig',
      'UpdateFunctionUrlConfig',
      'DeleteFunctionUrlConfig',
    ],
    ...[
      'AddPermission',
      'GetPolicy',
      'RemovePermission',
      'TagResource',
      'UntagResource',
      'ListTags',
      'Invoke',
    ],
  ],
}
