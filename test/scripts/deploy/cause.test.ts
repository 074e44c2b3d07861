import t from 'tap'
import { probableCause } from '../../../scripts/deploy/cause.ts'

/** What AWS and containers really say (issues of sagemaker-python-sdk, mlflow, buildkit and others), and the cause in short. */
const CASES: [reason: string, log: string[], cause: RegExp | undefined][] = [
  [
    'The primary container for production variant primary did not pass the ping health check. Please check CloudWatch logs for this endpoint.',
    [],
    /did not answer GET \/ping/,
  ],
  [
    'The primary container for production variant primary did not pass the ping health check.',
    ['exec /app/serve: exec format error'],
    /another processor/,
  ],
  [
    'The primary container for production variant primary did not pass the ping health check.',
    ["Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/app/src/main.ts'"],
    /lacks something/,
  ],
  [
    'The primary container for production variant primary did not pass the ping health check.',
    ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
    /out of memory/,
  ],
  [
    'The primary container for production variant primary did not pass the ping health check.',
    ['{"level":"info","msg":"model.onnx is loaded"}'],
    /did not answer GET \/ping/,
  ],
  [
    'ValidationException: Unsupported manifest media type application/vnd.oci.image.index.v1+json for image 1.dkr.ecr.eu-west-1.amazonaws.com/a@sha256:0. Ensure that valid manifest media type is used for specified image.',
    [],
    /OCI manifest/,
  ],
  [
    "ResourceLimitExceeded: The account-level service limit 'ml.g5.xlarge for endpoint usage' is 0 Instances",
    [],
    /no quota/,
  ],
  [
    'ValidationException: Could not assume role arn:aws:iam::1:role/x. Please ensure that the role exists',
    [],
    /may not take on the role/,
  ],
  [
    'Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error.',
    [],
    /no such instance free/,
  ],
  [
    'ValidationException: Could not access model data at s3://b/k. Please ensure that the role "arn" exists',
    [],
    /read the model from S3/,
  ],
  [
    'Could not access model data at s3://b/k. Please ensure that the role "arn:aws:iam::1:role/x" exists and that its trust relationship policy allows the action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" permissions and that the object is located in eu-west-1.',
    [],
    /read the model from S3/,
  ],
  [
    'Failed to download model data for container "container_1" from URL: "s3://b/k". Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the object.',
    [],
    /read the model from S3/,
  ],
  [
    'ValidationException: Could not find model data at s3://b/k/model.tar.gz.',
    [],
    /not where SageMaker looks/,
  ],
  [
    "CannotStartContainerError. Please ensure the model container for variant comfyui-sample starts correctly when invoked with 'docker run <image> serve'",
    [],
    /does not start.*another processor.*CUDA/,
  ],
  [
    'Image size 13494688833 is greater than supported size 10737418240',
    [],
    /larger than SageMaker takes here \(10 GiB\)/,
  ],
  [
    'Please make sure all images included in the model for the production variant variant-1 exist, and that the execution role used to create the model has permissions to access them.',
    [],
    /cannot pull the image/,
  ],
  [
    'ValidationException: Requested image 1.dkr.ecr.eu-west-1.amazonaws.com/a:b not found.',
    [],
    /cannot pull the image/,
  ],
  [
    'AccessDeniedException: User: arn:aws:sts::1:assumed-role/dev/me is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/x because no identity-based policy allows the iam:PassRole action',
    [],
    /you may not hand the role to SageMaker/,
  ],
  [
    'AccessDeniedException: User: arn:aws:sts::1:assumed-role/dev/me is not authorized to perform: sagemaker:CreateEndpointConfig on resource: arn:aws:sagemaker:us-west-2:1:endpoint-config/a with an explicit deny in a service control policy',
    [],
    /policy of your organisation/,
  ],
  [
    'AccessDeniedException: User: arn:aws:iam::1:user/me is not authorized to perform: application-autoscaling:TagResource on resource: x',
    [],
    /^arn:aws:iam::1:user\/me may not application-autoscaling:TagResource$/,
  ],
  ['AccessDenied: Access Denied', [], /AWS does not allow this call/],
  [
    'ExpiredTokenException: The security token included in the request is expired',
    [],
    /credentials have expired/,
  ],
  ['ThrottlingException: Rate exceeded', [], /asked more often/],
  ['ValidationException: Could not find CloudWatch alarm "typo".', [], /^there is no alarm typo$/],
  ['Request to service failed. If failure persists after retry, contact customer support.', [], undefined],
  [
    'One or more of the configured alarms are in ALARM state: digits-a-primary-5xx-rate-1.',
    [],
    /alarm went off/,
  ],
  [
    'The primary container for production variant primary did not pass the ping health check.',
    [
      'primary/i-1 │ {"level":"fatal","time":"2026-11-21T15:26:33.239Z","msg":"no .onnx file in /opt/ml/model: \\"a\\" is there"}',
    ],
    /^the server cannot start: no \.onnx file in \/opt\/ml\/model: "a" is there$/,
  ],
  ['something that nobody has seen before', ['all is well'], undefined],
]

for (const [reason, log, cause] of CASES) {
  t.test(`${reason} ${log.join('')}`.slice(0, 100), async (t) => {
    const found = probableCause(reason, log)
    if (cause === undefined) t.equal(found, undefined)
    else t.match(found, { cause, fix: /./ })
  })
}
