import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { CommandError, EXIT } from '../../../scripts/cli/command.ts'
import { loadDeployment } from '../../../scripts/config/load.ts'
import { fileOf, mistakesOf, SHORTEST } from './a-file.ts'

/** The error that a file gives. */
const errorOf = (file: string, environment?: string): CommandError => {
  try {
    loadDeployment(file, environment)
  } catch (error) {
    if (error instanceof CommandError) return error
    throw error
  }
  throw new Error('no error')
}

const load = (t: Test, text: string, environment?: string) =>
  loadDeployment(fileOf(t, text), environment).deployment

t.test('three lines are a deployment', async (t) => {
  const file = fileOf(t, SHORTEST)
  const folder = dirname(file)
  t.strictSame(loadDeployment(file), {
    warnings: [],
    deployment: {
      endpoint: 'flowers',
      role: 'arn:aws:iam::123456789012:role/sagemaker',
      env: {},
      network: { isolated: false, subnets: [], securityGroups: [] },
      tags: {},
      variants: [
        {
          name: 'primary',
          weight: 1,
          model: { path: join(folder, 'model') },
          image: {
            repository: 'flowers',
            dockerfile: join(folder, 'Dockerfile'),
            context: folder,
            platform: 'linux/amd64',
            buildArgs: {},
          },
          compute: { kind: 'instances', type: 'ml.m7i.large', count: 1 },
        },
      ],
      rollout: {
        strategy: 'all-at-once',
        bakeSeconds: 0,
        keepOldSeconds: 0,
        timeoutSeconds: 3600,
        rollbackOn: [],
        keepCapacity: false,
      },
      smoke: [],
      keepVersions: 3,
    },
  })
})

t.test('a model is a folder, an archive, an uncompressed folder in S3, or in the image', async (t) => {
  const model = (value: string) => load(t, SHORTEST.replace('./model', value)).variants[0]?.model
  t.match(model('models/a'), { path: /models\/a$/ })
  t.strictSame(model('s3://bucket/a/model.tar.gz'), { uri: 's3://bucket/a/model.tar.gz' })
  t.strictSame(model('{uri: s3://bucket/model.tar.gz}'), { uri: 's3://bucket/model.tar.gz' })
  t.strictSame(model('{prefix: s3://bucket/a/}'), { prefix: 's3://bucket/a/' })
  t.match(model('{path: a, bucket: mine}'), { path: /a$/, bucket: 'mine' })
  t.equal(model('{bakedIn: true}'), 'baked-in')
  t.strictSame(model('{package: flowers/3}'), { package: 'flowers/3' })
})

/** By the patterns and lengths of SageMaker's API, so that no value comes to AWS that it refuses. */
const BOUNDS: [file: (value: string) => string, good: string[], bad: string[]][] = [
  [
    (value) => `async: {output: "${value}"}`,
    ['s3://abc', `s3://abc/${'x'.repeat(503)}`],
    [`s3://abc/${'x'.repeat(504)}`, 's3://A/b', 'https://abc/d'],
  ],
  [
    (value) => `async: {output: s3://abc, failure: "${value}"}`,
    [`s3://abc/${'x'.repeat(503)}`],
    [`s3://abc/${'x'.repeat(504)}`],
  ],
  [
    (value) => `async: {output: s3://abc, topics: {success: "${value}"}}`,
    ['arn:aws:sns:eu-west-1:123456789012:a_b.c-d'],
    [
      'arn:aws:sns:eu-west-1:123456789012:a b',
      'arn:aws:sns:eu-west-1::a',
      'arn:aws:sqs:eu-west-1:123456789012:a',
    ],
  ],
  [
    (value) => `kmsKey: "${value}"`,
    ['alias/a_b', 'x'.repeat(2048), 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd'],
    ['a b', 'x'.repeat(2049), '', 'a.b'],
  ],
  [(value) => `capture: {percent: 1, to: s3://abc, kmsKey: "${value}"}`, ['a'], ['a b']],
  [
    (value) => `capture: {percent: 1, to: s3://abc, asJson: ["${value}"]}`,
    ['application/json', 'application/vnd.a.b'],
    ['application/ld+json', 'json', `a/${'b'.repeat(255)}`],
  ],
  [(value) => `compute: {provisionTimeout: ${value}}`, ['5m', '1h'], ['299s', '61m']],
  [
    (value) => `compute: {reservation: "${value}"}`,
    ['arn:aws:sagemaker:eu-west-1:123456789012:training-plan/a'],
    ['arn:aws:ec2:eu-west-1:123456789012:capacity-reservation/a', 'arn:aws:sagemaker:eu-west-1:12:a/b'],
  ],
  [
    (value) => `compute: {pools: [${value}]}`,
    ['ml.m7i.large'],
    ['', 'm7i.large', Array(6).fill('ml.m7i.large').join(', ')],
  ],
  [(value) => `compute: {ssmAccess: ${value}}`, ['true'], ['1']],
  [(value) => `observability: {every: ${value}}`, ['10s', '60s', '300s'], ['1m', '20s', '60']],
  [
    (value) => `observability: {container: {path: "${value}"}}`,
    ['/a/b_c.d-e'],
    ['metrics', '/', '/a/../b', '/a?b', `/${'a'.repeat(256)}`],
  ],
  [
    (value) => `variants: [{name: a, model: {package: "${value}"}}]`,
    ['a/1', 'arn:aws:sagemaker:eu-west-1:123456789012:model-package/a/1', 'a'.repeat(63)],
    ['a-', 'a/b', 'a b', 'a'.repeat(64)],
  ],
  [
    (value) => `rollout: {rollbackOn: [{alarm: "${value}"}]}`,
    ['my alarm', 'a'.repeat(255)],
    ['', '   ', 'a'.repeat(256)],
  ],
  [(value) => `aws: {config: {${value}: []}}`, [], ['Tags', 'ProductionVariants']],
]

t.test("values keep to the bounds of SageMaker's API, and no further", async (t) => {
  for (const [file, good, bad] of BOUNDS) {
    for (const value of good) t.strictSame(mistakesOf(t, `${SHORTEST}${file(value)}\n`), [], file(value))
    for (const value of bad) t.not(mistakesOf(t, `${SHORTEST}${file(value)}\n`).length, 0, file(value))
  }
})

t.test('an image is an address, or built for the platform of the instances', async (t) => {
  const uri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers:v2'
  t.strictSame(load(t, `${SHORTEST}image: ${uri}\n`).variants[0]?.image, { uri })
  const arm = load(t, `${SHORTEST}compute: {type: ml.c7g.large}\nimage: {dockerfile: d/Mine, context: ..}\n`)
  t.match(arm.variants[0]?.image, { platform: 'linux/arm64', dockerfile: /d\/Mine$/ })
})

t.test('every form of an address in ECR is taken, and no other registry', async (t) => {
  const addresses = [
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com/a/b_c.d',
    `123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a@sha256:${'0'.repeat(64)}`,
    '123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/a:1.0',
    '123456789012.dkr-ecr.eu-west-1.on.aws/a:1.0',
  ]
  for (const uri of addresses) t.strictSame(mistakesOf(t, `${SHORTEST}image: ${uri}\n`), [], uri)
  for (const uri of [
    'docker.io/library/node:24',
    'public.ecr.aws/a/b:1',
    '12.dkr.ecr.eu-west-1.amazonaws.com/a',
  ]) {
    t.match(
      mistakesOf(t, `${SHORTEST}image: ${uri}\n`),
      [/^line 4: image: expected an image in Amazon ECR/],
      uri,
    )
  }
})

t.test('variants have what the file has, but for what is their own', async (t) => {
  const { variants, shadow } = load(
    t,
    `${SHORTEST}compute: {instances: 3}
variants:
  - {name: a, weight: 95}
  - {name: b, weight: 5, model: other, compute: {type: ml.c7i.large}}
`,
  )
  t.match(variants, [
    { name: 'a', weight: 95, model: { path: /model$/ }, compute: { type: 'ml.m7i.large', count: 3 } },
    { name: 'b', weight: 5, model: { path: /other$/ }, compute: { type: 'ml.c7i.large', count: 1 } },
  ])
  t.equal(shadow, undefined)
})

t.test('waits are as long as the alarms need, and the timeout longer than all waits', async (t) => {
  const rollout = (text: string) => load(t, `${SHORTEST}compute: {instances: 4}\nrollout: ${text}\n`).rollout
  t.match(rollout('{strategy: canary}'), { step: { percent: 10 }, bakeSeconds: 300, keepOldSeconds: 300 })
  const rules = 'rollbackOn: [{metric: 5xx-rate, above: 1%, for: 8/10}]'
  t.match(rollout(`{strategy: canary, ${rules}}`), { bakeSeconds: 720, keepOldSeconds: 720 })
  t.match(rollout(`{${rules}}`), { strategy: 'all-at-once', bakeSeconds: 0, keepOldSeconds: 720 })
  t.match(rollout(`{strategy: rolling, step: 2, ${rules}}`), { bakeSeconds: 720, keepOldSeconds: 0 })
  t.match(rollout('{strategy: linear, step: 10%, bake: 46m, keepOldFor: 0s}'), { timeoutSeconds: 28_800 })
  t.match(rollout('{strategy: linear, step: 25%, bake: 20m}'), { timeoutSeconds: 5 * 1200 + 1800 })
  t.match(rollout('{rollbackOn: [{metric: p99-latency, above: 1.5s}]}').rollbackOn, [
    { metric: 'p99-latency', aboveMs: 1500, points: 2, of: 3 },
  ])
})

t.test('autoscaling sets how many instances there are first, and keeps what it has set', async (t) => {
  const { variants, rollout } = load(
    t,
    `${SHORTEST}autoscaling: {min: 2, max: 4, target: {metric: cpu, value: 60}}\n`,
  )
  t.match(variants[0]?.compute, { count: 2 })
  t.equal(rollout.keepCapacity, true)
})

t.test('an environment replaces keys of the file as a whole', async (t) => {
  const text = `${SHORTEST}compute: {type: ml.c7i.large, instances: 2}
environments:
  staging:
  production: {compute: {instances: 4}, role: "arn:aws:iam::123456789012:role/other"}
`
  t.match(load(t, text, 'staging'), {
    endpoint: 'flowers-staging',
    environment: 'staging',
    variants: [{ compute: { type: 'ml.c7i.large', count: 2 } }],
  })
  t.match(load(t, text, 'production'), {
    endpoint: 'flowers-production',
    role: 'arn:aws:iam::123456789012:role/other',
    variants: [{ compute: { type: 'ml.m7i.large', count: 4 } }],
  })
})

t.test('of several environments one must be named, and one that is there', async (t) => {
  const two = fileOf(t, `${SHORTEST}environments: {staging: {}, production: {}}\n`)
  t.match(errorOf(two), {
    message: /has several environments: staging, production$/,
    fix: 'name one with --environment',
    exitCode: EXIT.usage,
  })
  t.match(errorOf(two, 'prod'), { message: /has no environment "prod"/, fix: 'did you mean production?' })
  t.match(errorOf(two, 'qa'), { fix: 'name one of those' })
  const one = fileOf(t, `${SHORTEST}environments: {staging: {}}\n`)
  t.equal(loadDeployment(one).deployment.endpoint, 'flowers-staging')
  t.match(errorOf(fileOf(t, SHORTEST), 'staging'), { message: /has no environments/ })
})

t.test('all mistakes are told at once, by line', async (t) => {
  const text = `name: Flowers
modle: ./model
role: me
compute:
  type: m7i.large
  instance: 1
rollout:
  bake: 300
  step: many
  rollbackOn:
    - {metric: 5xx, above: 1%}
    - {metric: p99-latency, above: 3%}
    - {metric: 5xx-rate, above: 800ms}
    - {metric: 5xx-rate, above: 1%, for: 3/2}
model: s3://bucket/model.zip
account: 12
environments:
  staging: {smok: []}
`
  const role = 'such as "arn:aws:iam::123456789012:role/sagemaker"'
  t.strictSame(mistakesOf(t, text), [
    'line 1: name: expected lower-case letters and digits, with single hyphens between them, such as "flowers-v2", found "Flowers"',
    'line 2: modle: unknown key; did you mean model?',
    `line 3: role: expected the ARN of the execution role, ${role}, found "me"`,
    'line 5: compute.type: expected an instance type for endpoints (did you mean ml.m7i.large?), found "m7i.large"',
    'line 6: compute.instance: unknown key; did you mean compute.instances?',
    'line 8: rollout.bake: expected a duration from 0s to 1h, such as "5m", found 300',
    'line 9: rollout.step: expected a whole percentage such as "10%", or a number of instances, found "many"',
    'line 11: rollout.rollbackOn[0].metric: expected 5xx-rate | 4xx-rate | error-rate | p99-latency | p50-latency, found "5xx"',
    'line 12: rollout.rollbackOn[1].above: expected a duration such as "800ms", found "3%"',
    'line 13: rollout.rollbackOn[2].above: expected a percentage below 100, such as "1%", found "800ms"',
    'line 14: rollout.rollbackOn[3].for: expected points of minutes such as "2/3", at most 30, found "3/2"',
    'line 15: model: expected an archive "s3://…/model.tar.gz"; an uncompressed folder in S3 is {prefix: "s3://…/"}, found "s3://bucket/model.zip"',
    'line 16: account: expected the 12 digits of an AWS account, in quotes, found 12',
    'line 18: environments.staging.smok: unknown key; did you mean environments.staging.smoke?',
  ])
})

t.test(
  'model and role may be given by each environment, and are missed where nobody gives them',
  async (t) => {
    t.strictSame(mistakesOf(t, 'name: flowers\n'), [
      'model: expected a folder or an archive in S3, found nothing',
      'role: expected the ARN of the execution role, found nothing',
    ])
    t.strictSame(mistakesOf(t, ''), [
      'name: expected lower-case letters and digits, with single hyphens between them, such as "flowers-v2", found nothing',
    ])
  },
)

t.test('a rule that an environment breaks is told where the key stands', async (t) => {
  const text = `${SHORTEST}compute: {instances: 1}
environments:
  production:
    rollout: {strategy: canary, rollbackOn: [{alarm: mine}]}
`
  t.match(mistakesOf(t, text), [/^line 4: compute.instances: canary moves at most half/])
  const own = text.replace('    rollout', '    compute: {instances: 1}\n    rollout')
  t.match(mistakesOf(t, own), [/^line 7: environments\.production\.compute\.instances: canary/])
})

t.test('text that is no YAML is told by line', async (t) => {
  t.match(mistakesOf(t, `${SHORTEST}env: {a: 1\nname: b\n`), [/^line [45]: /])
  t.match(mistakesOf(t, `${SHORTEST}name: again\n`), [/^line 4: .*unique/])
})

t.test('what is far too much is refused at once', async (t) => {
  const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`)}]`)
  t.match(mistakesOf(t, `l0: &l0 [x]\n${levels.join('\n')}\n`), [/alias/])
  const large = fileOf(t, `${SHORTEST}# ${'x'.repeat(1024 * 1024)}\n`)
  t.match(errorOf(large), {
    message: /has 10\d{5} bytes; a configuration has at most 1048576/,
    exitCode: EXIT.usage,
  })
})

t.test('a file that cannot be read is told', async (t) => {
  t.match(errorOf('/nowhere/endpoint.yaml'), {
    message: 'there is no file /nowhere/endpoint.yaml',
    fix: /name, model and role are enough$/,
  })
  const folder = join(t.testdir({}), 'endpoint.yaml')
  mkdirSync(folder)
  t.match(errorOf(folder), { message: /cannot be read \(EISDIR\)$/ })
})

t.test('numbers and booleans are text in variables and tags', async (t) => {
  const { env, tags } = load(t, `${SHORTEST}env: {THREADS: 4, FAST: true}\ntags: {cost: 12}\n`)
  t.strictSame({ env, tags }, { env: { THREADS: '4', FAST: 'true' }, tags: { cost: '12' } })
  t.match(mistakesOf(t, `${SHORTEST}env: {A: 1.50}\n`), [
    /^line 4: env\.A: expected text; put it in quotes, found 1\.5$/,
  ])
})

t.test('a smoke test takes its media type from the file name', async (t) => {
  const file = fileOf(
    t,
    `${SHORTEST}smoke: [{file: a/b.JPG, expect: [{path: "$.x[0]"}, {path: $.y, equals: null}]}]\n`,
  )
  writeFileSync(join(dirname(file), 'unrelated'), '')
  t.strictSame(loadDeployment(file).deployment.smoke, [
    {
      file: join(dirname(file), 'a/b.JPG'),
      contentType: 'image/jpeg',
      status: 200,
      expect: [{ path: '$.x[0]' }, { path: '$.y', equals: null }],
    },
  ])
})

t.test('users are named by a header or a cookie, and forced in the file or in one beside it', async (t) => {
  const sticky = (text: string) => load(t, `${SHORTEST}sticky: {salt: s, ${text}}\n`).sticky
  t.strictSame(sticky('userFrom: x-user-id'), { salt: 's', userFrom: 'x-user-id', force: {} })
  t.match(sticky('userFrom: {cookie: uid, maxAge: 720h}'), { userFrom: { cookie: 'uid', maxAge: 2_592_000 } })
  t.match(
    sticky(
      'userFrom: u, country: {from: cf-ipcountry, force: {NO: primary}, only: {countries: [DE, NO], others: primary}}, exposures: "s3://bucket/p"',
    ),
    {
      country: {
        from: 'cf-ipcountry',
        force: { NO: 'primary' },
        only: { countries: ['DE', 'NO'], others: 'primary' },
      },
      exposures: 's3://bucket/p',
    },
    'Norway is no boolean',
  )
  const file = fileOf(t, `${SHORTEST}sticky: {salt: s, userFrom: u, force: users.yaml}\n`)
  const list = join(dirname(file), 'users.yaml')
  t.match(errorOf(file).message, /sticky\.force: ENOENT/)
  writeFileSync(list, '# testers\n42: primary\n007: primary\n"Zoë 🦊": primary\n')
  t.strictSame(loadDeployment(file).deployment.sticky?.force, {
    42: 'primary',
    '007': 'primary',
    'Zoë 🦊': 'primary',
  })
  writeFileSync(list, '{"a": "primary"}')
  t.strictSame(loadDeployment(file).deployment.sticky?.force, { a: 'primary' })
  writeFileSync(list, 'a: primary\nb: other\n')
  t.match(errorOf(file).message, /line \d+: sticky\.force\.b: there is no variant other/)
  writeFileSync(list, 'a: [1]')
  t.match(errorOf(file).message, /users\.yaml: a: at most 63 letters/)
  writeFileSync(list, '- a')
  t.match(errorOf(file).message, /expected lines USER: VARIANT/)
})

t.test('the example is valid, without a warning', async (t) => {
  const file = fileURLToPath(new URL('../../../examples/digits/endpoint.yaml', import.meta.url))
  for (const environment of ['staging', 'production']) {
    const { deployment, warnings } = loadDeployment(file, environment)
    t.strictSame(warnings, [])
    t.ok(existsSync(deployment.smoke[0]?.file ?? ''))
    const [{ image, model } = {}] = deployment.variants
    t.ok(typeof model === 'object' && 'path' in model && existsSync(model.path))
    t.ok(typeof image === 'object' && 'dockerfile' in image && existsSync(image.dockerfile))
  }
})
