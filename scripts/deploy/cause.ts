/** Why a deployment fails as a rule, by what AWS and the container said. */

export type Cause = { cause: string; fix: string }

type Rule = Cause & { reason?: RegExp; log?: RegExp }

/** The first that fits: what the log says is nearer to the cause than what AWS saw of it. */
const RULES: readonly Rule[] = [
  {
    log: /exec format error/i,
    reason: /exec format error/i,
    cause: 'the image was built for another processor than the instance has',
    fix: 'build for the platform of the instance type (image.platform; types with a "g" after the number are arm64): endpoint push',
  },
  {
    reason: /manifest|image\.index|oci\.image/i,
    cause:
      'the image has an OCI manifest or is an index of several platforms; SageMaker takes one Docker v2 manifest',
    fix: 'push it with endpoint push or build_and_push.sh, which ask the engine for the right one (docker: --provenance=false)',
  },
  {
    log: /out of memory|cannot allocate memory|std::bad_alloc|OOMKilled|heap limit/i,
    cause: 'the container ran out of memory',
    fix: 'take an instance type with more memory (compute.type), or fewer workers (env: SERVING_WORKERS)',
  },
  {
    reason: /model\.tar\.gz.*(not|could)|model data.*not found/i,
    cause: 'the model is not where SageMaker looks for it',
    fix: 'check the address in model.uri, or let endpoint package put the archive there',
  },
  {
    reason: /symlink|symbolic link/i,
    cause: 'the archive has symbolic links in it',
    fix: 'make it with endpoint package, which stores what the links point at',
  },
  {
    reason: /could not assume role|cannot be assumed|not authorized to assume|trust/i,
    cause: 'SageMaker may not take on the role',
    fix: "let sagemaker.amazonaws.com assume it (the role's trust policy), and yourself pass it (iam:PassRole): endpoint doctor",
  },
  {
    reason:
      /(access denied|not authorized|403|forbidden).*(s3|model data)|s3.*(access denied|403|forbidden)|could not (access|download).*model/i,
    cause: 'the role may not read the model from S3',
    fix: 'allow it s3:GetObject on the object and s3:ListBucket on the bucket, and kms:Decrypt if the bucket is encrypted with a key of yours',
  },
  {
    reason: /ecr|pull.*image|image.*(pull|not found|does not exist|access)/i,
    cause: 'SageMaker cannot pull the image',
    fix: 'check that the digest is in the repository, in the same Region, and that the role may ecr:BatchGetImage and ecr:GetDownloadUrlForLayer',
  },
  {
    reason: /ResourceLimitExceeded|service limit|quota|account-level/i,
    cause: 'the account has no quota for this many instances of this type',
    fix: 'ask for it in Service Quotas ("… for endpoint usage"), or take another type: endpoint doctor shows what there is',
  },
  {
    reason: /InsufficientInstanceCapacity|insufficient capacity|unable to provision|capacity/i,
    cause: 'AWS has no such instance free in this Region now',
    fix: 'try again later, or take another instance type',
  },
  {
    reason: /alarm/i,
    cause: 'an alarm went off while the new fleet was tried out',
    fix: "look at the lines of the new instances (endpoint logs) and at the alarm's metric; the old fleet serves on",
  },
  {
    log: /EADDRINUSE|address already in use/i,
    cause: 'something else in the container has taken the port',
    fix: 'the server listens on SAGEMAKER_BIND_TO_PORT, which is 8080: run nothing else there',
  },
  {
    log: /error while loading shared libraries|cannot find module|MODULE_NOT_FOUND|ERR_MODULE_NOT_FOUND/i,
    cause: 'the image lacks something that the server needs',
    fix: 'run the image on your own machine: docker run IMAGE serve',
  },
  {
    reason: /ping health check/i,
    cause: 'the container did not answer GET /ping with 200 in time: it ended, hangs, or loads too long',
    fix: 'read the lines below, or if there are none, run the image on your own machine (docker run IMAGE serve); a large model needs compute.startupTimeout',
  },
  {
    reason: /download.*(time|slow)|timed? ?out/i,
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

/** @param log lines of the container, oldest first */
export const probableCause = (reason: string, log: readonly string[] = []): Cause | undefined => {
  const text = log.join('\n')
  const rule =
    RULES.find((rule) => rule.log?.test(text) === true) ??
    RULES.find((rule) => rule.reason?.test(reason) === true)
  return serverSays(log) ?? (rule && { cause: rule.cause, fix: rule.fix })
}
