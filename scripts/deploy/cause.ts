/** Why a deployment fails as a rule, by what AWS and the container said. */

import { accessProblem } from '../aws/credentials.ts'

export type Cause = { cause: string; fix: string }

type Row = {
  says: RegExp
  /** Of what the pattern found. */
  cause: string | ((found: RegExpMatchArray) => string)
  fix: string
}

/** Of the container's log. What it says is nearer to the cause than what AWS saw of it. */
const OF_LOGS: readonly Row[] = [
  {
    says: /exec format error/i,
    cause: 'the image was built for another processor than the instance has',
    fix: 'build for the platform of the instance type (image.platform; types with a "g" after the number are arm64): push',
  },
  {
    says: /out of memory|cannot allocate memory|std::bad_alloc|OOMKilled|heap limit/i,
    cause: 'the container ran out of memory',
    fix: 'take an instance type with more memory (compute.type), or fewer workers (env: SERVING_WORKERS)',
  },
  {
    says: /EADDRINUSE|address already in use/i,
    cause: 'something else in the container has taken the port',
    fix: 'the server listens on SAGEMAKER_BIND_TO_PORT, which is 8080: run nothing else there',
  },
  {
    says: /error while loading shared libraries|cannot find module|MODULE_NOT_FOUND|ERR_MODULE_NOT_FOUND/i,
    cause: 'the image lacks something that the server needs',
    fix: 'run the image on your own machine: docker run IMAGE serve',
  },
]

/** Of AWS's errors, as "NAME: message", and of the reasons that it gives: the first that fits. */
const OF_AWS: readonly Row[] = [
  {
    says: /exec format error/i,
    cause: 'the image was built for another processor than the instance has',
    fix: 'build for the platform of the instance type (image.platform; types with a "g" after the number are arm64): push',
  },
  {
    says: /CannotStartContainer/,
    cause:
      'the container does not start: the image is for another processor, for a newer CUDA than the driver of the instance has, or has no "serve"',
    fix: 'run it on your own machine (docker run IMAGE serve); for CUDA, name an image of the instance that has the driver (InferenceAmiVersion)',
  },
  {
    says: /manifest media type|image\.index|oci\.image/i,
    cause:
      'the image has an OCI manifest or is an index of several platforms; SageMaker takes one Docker v2 manifest',
    fix: 'push it with the command push or with build_and_push.sh, which ask the engine for the right one (docker: --provenance=false)',
  },
  {
    says: /image size \d+ is greater than supported size (\d+)/i,
    cause: ([, most]) =>
      `the image is larger than SageMaker takes here (${(Number(most) / 2 ** 30).toFixed(0)} GiB)`,
    fix: 'make the image smaller, or take instances in place of serverless (compute.type)',
  },
  {
    says: /could not access model data|failed to download model data/i,
    cause: 'the role may not read the model from S3, or it is in another Region',
    fix: 'allow the role s3:GetObject on the object and s3:ListBucket on the bucket, and kms:Decrypt if it is encrypted with a key of yours; the bucket must be in the Region of the endpoint',
  },
  {
    says: /could not find model data|model\.tar\.gz.*not|model data.*not found/i,
    cause: 'the model is not where SageMaker looks for it',
    fix: 'check the address in model.uri, or let package put the archive there',
  },
  {
    says: /failed to extract/i,
    cause: 'the archive of the model cannot be unpacked',
    fix: 'make it with endpoint package: a gzipped tar of the folder',
  },
  {
    says: /symlink|symbolic link/i,
    cause: 'the archive has symbolic links in it',
    fix: 'make it with endpoint package, which stores what the links point at',
  },
  {
    says: /explicit deny in a service control policy/i,
    cause: 'a policy of your organisation forbids this',
    fix: 'ask who administers the organisation, or take what it allows, such as another Region or instance type',
  },
  {
    says: /not authorized to perform:? iam:PassRole/,
    cause: 'you may not hand the role to SageMaker',
    fix: 'allow yourself iam:PassRole on the role (docs/iam/deployer.json, PassRole): doctor',
  },
  {
    says: /could not assume role|cannot be assumed|not authorized to assume/i,
    cause: 'SageMaker may not take on the role',
    fix: "let sagemaker.amazonaws.com assume it (the role's trust policy, docs/iam/execution-role-trust.json): doctor",
  },
  {
    says: /(\S+) is not authorized to perform:? ([\w-]+:\w+)/,
    cause: ([, who, action]) => `${who === 'User' ? 'you' : who} may not ${action}`,
    fix: 'allow it, as docs/iam/ says for the deployer and for the execution role: doctor lists all that is missing',
  },
  {
    says: /^(AccessDenied|AccessDeniedException|Forbidden|AllAccessDisabled)\b/m,
    cause: 'AWS does not allow this call',
    fix: 'compare with docs/iam/, and with the policies of the bucket and its key: doctor lists what is missing',
  },
  {
    says: /requested image .* not found|all images included in the model|CannotPullContainer|image.*(pull|does not exist)|pull.*image/i,
    cause: 'SageMaker cannot pull the image',
    fix: 'check that the digest is in the repository, in the same Region, and that the role may ecr:BatchGetImage and ecr:GetDownloadUrlForLayer',
  },
  {
    says: /ResourceLimitExceeded|account-level service limit/,
    cause: 'the account has no quota for this many instances of this type',
    fix: 'ask for it in Service Quotas ("… for endpoint usage"), or take another type: doctor shows what there is',
  },
  {
    says: /InsufficientInstanceCapacity|insufficient capacity|unable to provision/i,
    cause: 'AWS has no such instance free in this Region now',
    fix: 'try again later, or take another instance type',
  },
  {
    says: /could not find cloudwatch alarm "?([^"]*)/i,
    cause: ([, name]) => `there is no alarm ${name}`,
    fix: 'correct alarm under rollout.rollbackOn, or make the alarm first',
  },
  {
    says: /in ALARM state|the alarm \S+ went off/,
    cause: 'an alarm went off while the new fleet was tried out',
    fix: "look at the lines of the new instances (endpoint logs) and at the alarm's metric; the old fleet serves on",
  },
  {
    says: /ping health check/i,
    cause: 'the container did not answer GET /ping with 200 in time: it ended, hangs, or loads too long',
    fix: 'read the lines below, or if there are none, run the image on your own machine (docker run IMAGE serve); a large model needs compute.startupTimeout',
  },
  {
    says: /Throttl|rate exceeded|SlowDown|TooManyRequests/i,
    cause: 'AWS is asked more often than it lets this account ask',
    fix: 'run the command again: it takes up where things are',
  },
  {
    says: /download.*(time|slow)|timed? ?out/i,
    cause: 'a step took longer than it may',
    fix: 'raise compute.downloadTimeout or compute.startupTimeout (up to 1 h)',
  },
]

/** Our own server says why it cannot start, in a line of level "fatal". */
const serverSays = (log: readonly string[]): Cause | undefined => {
  for (const line of log.toReversed()) {
    const said = line.match(/\{"level":"fatal".*"msg":("(?:[^"\\]|\\.)*")/)?.[1]
    if (said === undefined) continue
    const fix = 'mend that; "npm start -- --model FOLDER" shows the same on your own machine'
    return { cause: `the server cannot start: ${JSON.parse(said)}`, fix }
  }
  return undefined
}

const find = (rows: readonly Row[], text: string): Cause | undefined => {
  for (const { says, cause, fix } of rows) {
    const found = text.match(says)
    if (found !== null) return { cause: typeof cause === 'string' ? cause : cause(found), fix }
  }
  return undefined
}

/** @param error with its name, as `messageOf` has it. @param log lines of the container, oldest first */
export const probableCause = (error: string, log: readonly string[] = []): Cause | undefined =>
  serverSays(log) ?? find(OF_LOGS, log.join('\n')) ?? expired(error) ?? find(OF_AWS, error)

const expired = (error: string): Cause | undefined => {
  const [, name, message] = error.match(/^(\w+): (.*)/) ?? []
  const problem = name === undefined ? undefined : accessProblem({ name, message })
  return problem && { cause: problem.message, fix: problem.fix }
}
