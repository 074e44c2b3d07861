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
