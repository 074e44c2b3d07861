/** Every rule has a file that breaks it, and what is said then. */

import t from 'tap'
import { loadDeployment } from '../../../scripts/config/load.ts'
import { MISTAKES, type WARNINGS } from '../../../scripts/config/rules.ts'
import { fileOf, mistakesOf, SHORTEST } from './a-file.ts'

/** What is added to the shortest file, and the mistakes without their lines. */
type Case = [added: string, ...told: string[]]

const SERVERLESS = 'compute: {serverless: {memoryMb: 2048, maxConcurrency: 10}}'
const RULE = '{metric: 5xx-rate, above: 1%}'
const FOUR = 'compute: {instances: 4}'
const ASYNC = 'async: {output: s3://bucket/out}'
const cpu = (min: number, max: number) =>
  `autoscaling: {min: ${min}, max: ${max}, target: {metric: cpu, value: 60}}`
const target = (metric: string, value = 60) =>
  `autoscaling: {min: 1, max: 4, target: {metric: ${metric}, value: ${value}}}`

const BROKEN: Record<keyof typeof MISTAKES, Case[]> = {
  names: [
    [
      `environments: {${'e'.repeat(45)}: {}}`,
      `name: the endpoint would be called flowers-${'e'.repeat(45)}, of 53 characters; at most 52 leave room for the hash in 63; shorten the name or the environment's`,
    ],
  ],
  account: [
    [
      'account: "210987654321"',
      "role: the role is in account 123456789012, but account says 210987654321; SageMaker takes roles of the endpoint's account only",
    ],
  ],
  images: [
    [
      'region: eu-west-1\nimage: 123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1',
      "image: the image is in us-east-1, but region says eu-west-1; SageMaker takes images of the endpoint's Region only: push it there",
    ],
    [
      'compute: {type: ml.c7g.large}\nimage: {platform: linux/amd64}',
      'image.platform: variant primary runs on ml.c7g.large, which needs linux/arm64; leave platform out, or choose another type',
    ],
    [
      'compute: {type: ml.g5.xlarge}\nimage: {platform: linux/arm64, dockerfile: Dockerfile.gpu}',
      'image.platform: variant primary runs on ml.g5.xlarge, which needs linux/amd64; leave platform out, or choose another type',
    ],
    [
      `${SERVERLESS}\nimage: {platform: linux/arm64}`,
      'image.platform: variant primary runs on serverless, which needs linux/amd64; leave platform out, or choose another type',
    ],
  ],
  repositories: [
    [
      'image: {repository: a}',
      'image.repository: the image\'s repository would be called "a", and Amazon ECR takes names of 2 to 256 characters; choose another name',
    ],
  ],
  platforms: [
    [
      'variants: [{name: a}, {name: b, compute: {type: ml.c7g.large}}]',
      'image: variant b needs flowers for linux/arm64, and another variant for linux/amd64; give one of them an image with a repository of its own',
    ],
  ],
  environmentVariables: [
    [
      `env: {${Array.from({ length: 101 }, (_, i) => `A${i}: x`)}}`,
      'env: there are 101 variables; at most 100 are taken',
    ],
    [
      `env: {LONG: ${'ü'.repeat(513)}}`,
      'env.LONG: a name and a value have at most 1024 bytes each; put long values into a file of the model or the image',
    ],
    [
      `env: {${Array.from({ length: 33 }, (_, i) => `A${i + 10}: ${'x'.repeat(1000)}`)}}`,
      'env: all variables have 33099 bytes; at most 32768 are taken',
    ],
  ],
  tags: [
    [
      `tags: {${Array.from({ length: 48 }, (_, i) => `t${i}: x`)}}`,
      'tags: there are 48 tags; at most 47 are taken',
    ],
    [
      'tags: {"aws:x": y, "onnx-serving:endpoint": z}',
      'tags.aws:x: names that begin with "aws:" or "onnx-serving:" are not yours to give; choose another',
      'tags.onnx-serving:endpoint: names that begin with "aws:" or "onnx-serving:" are not yours to give; choose another',
    ],
    [
      `tags: {a: ${'x'.repeat(257)}}`,
      'tags.a: a name has at most 128 characters, and a value 256; shorten it',
    ],
    ['tags: {a: "b*c"}', 'tags.a: names and values have letters, digits, spaces and _ . : / = + - @ only'],
  ],
  network: [
    ['network: {subnets: [subnet-1]}', 'network: subnets and securityGroups go together; give both or none'],
    [
      'network: {securityGroups: [sg-1]}',
      'network: subnets and securityGroups go together; give both or none',
    ],
  ],
  variants: [
    [
      'variants: [{name: a}, {name: b}, {name: a}]',
      'variants[2].name: a is taken; each variant, and the shadow, needs a name of its own',
    ],
    [
      'variants: [{name: shadow}]\nshadow: {sample: 50}',
      'variants[0].name: shadow is taken; each variant, and the shadow, needs a name of its own',
    ],
    [
      'variants: [{name: a, weight: 0}, {name: b, weight: 0}]',
      'variants: all weights are 0, so that no variant would get traffic; give one of them a weight',
    ],
  ],
  shadows: [
    [
      'variants: [{name: a}, {name: b}]\nshadow: {sample: 50}',
      'shadow: a shadow goes with exactly one variant, and there are 2; remove it, or all variants but one',
    ],
  ],
  sticky: [
    [
      'variants: [{name: a}, {name: b}]\nsticky: {salt: s, userFrom: x-user, force: {me: c}}',
      'sticky.force.me: there is no variant c; name one of a, b',
    ],
    [
      'variants: [{name: a}, {name: b}]\nsticky: {salt: s, userFrom: {cookie: uid}, country: {from: cf-ipcountry, force: {NO: c}, only: {countries: [DE], others: d}}}',
      'sticky.country.force.NO: there is no variant c; name one of a, b',
      'sticky.country.only.others: there is no variant d; name one of a, b',
    ],
  ],
  computes: [
    [
      'compute: {instances: 2, volumeGb: 5, serverless: {memoryMb: 1024, maxConcurrency: 1}}',
      'compute.instances: is for instances, and beside it stands serverless; remove one of them',
      'compute.volumeGb: is for instances, and beside it stands serverless; remove one of them',
    ],
    [
      'compute: {serverless: {memoryMb: 1024, maxConcurrency: 5, provisioned: 6}}',
      'compute.serverless.provisioned: at most maxConcurrency, which is 5',
    ],
    [
      'variants: [{name: a, compute: {type: ml.m5.large, serverless: {memoryMb: 1024, maxConcurrency: 1}}}]',
      'variants[0].compute.type: is for instances, and beside it stands serverless; remove one of them',
    ],
  ],
  serverless: [
    [
      `${SERVERLESS}\nvariants: [{name: a}, {name: b}]`,
      'variants: serverless endpoints have no second variant; remove it, or use instances',
    ],
    [
      `${SERVERLESS}\nshadow: {sample: 50}`,
      'shadow: serverless endpoints have no shadow; remove it, or use instances',
    ],
    [
      `${SERVERLESS}\ncapture: {percent: 10, to: s3://bucket/captured}`,
      'capture: serverless endpoints have no data capture; remove it, or use instances',
    ],
    [
      `${SERVERLESS}\n${ASYNC}`,
      'async: serverless endpoints have no asynchronous invocations; remove it, or use instances',
    ],
    [
      `${SERVERLESS}\nnetwork: {isolated: true, subnets: [s], securityGroups: [g]}`,
      'network.isolated: serverless endpoints have no network isolation; remove it, or use instances',
      'network.subnets: serverless endpoints have no VPC; remove it, or use instances',
    ],
    [
      `${SERVERLESS}\nrollout: {strategy: canary, rollbackOn: [{alarm: mine}]}`,
      'rollout.strategy: serverless endpoints have no strategy but all-at-once; remove it, or use instances',
      'rollout.rollbackOn: serverless endpoints have no rollback by alarms; remove it, or use instances',
    ],
    [
      `${SERVERLESS}\nrollout: {keepOldFor: 5m}`,
      'rollout.keepOldFor: serverless endpoints have no old fleet to keep; remove it, or use instances',
    ],
    [
      `${SERVERLESS}\nvariants: [{name: a, model: {prefix: "s3://bucket/a/"}}]`,
      'variants[0].model.prefix: serverless endpoints have no uncompressed model; pack it as model.tar.gz; remove it, or use instances',
    ],
  ],
  pools: [
    [
      'compute: {type: ml.g5.xlarge, pools: [ml.g5.xlarge]}',
      'compute.type: pools stand in place of type; remove one of them',
    ],
    [
      'compute: {pools: [ml.m7i.large, ml.c7i.large, ml.m7i.large]}',
      'compute.pools: ml.m7i.large is there twice; name each type once',
    ],
    [
      'variants: [{name: a, compute: {pools: [ml.m7i.large, ml.c7g.large]}}]',
      'variants[0].compute.pools: ml.c7g.large needs an image for linux/arm64, and ml.m7i.large one for linux/amd64; name types of one platform',
    ],
    [
      `compute: {pools: [ml.m7i.large, ml.m7i.xlarge]}\n${cpu(1, 4)}`,
      'compute.pools: ml.m7i.xlarge has 4 cores and ml.m7i.large 2, and cpu is measured over all cores; name types with as many, or scale by another metric',
    ],
  ],
  amis: [
    [
      'compute: {ami: al2023-ami-sagemaker-inference-gpu-4-1}',
      'compute.ami: al2023-ami-sagemaker-inference-gpu-4-1 is for GPUs, and ml.m7i.large has none; remove it, or choose another type',
    ],
    [
      'compute: {pools: [ml.inf2.xlarge, ml.g5.xlarge], ami: al2-ami-sagemaker-inference-neuron-2}\nimage: {dockerfile: Dockerfile.gpu}',
      'compute.ami: al2-ami-sagemaker-inference-neuron-2 is for Inferentia 2 and Trainium, and ml.g5.xlarge has none; remove it, or choose another type',
    ],
  ],
  managedScaling: [
    ['compute: {managedScaling: {min: 3, max: 2}}', 'compute.managedScaling.min: at most max, which is 2'],
    [
      'compute: {instances: 9, managedScaling: {min: 1, max: 2}}',
      'compute.instances: from managedScaling.min to managedScaling.max, 1 to 2, and it is 9',
    ],
    [
      'compute: {managedScaling: {min: 1, max: 2, step: 2, cooldown: 5m}}',
      'compute.managedScaling.step: is for scaleIn: consolidation; remove it, or choose that',
      'compute.managedScaling.cooldown: is for scaleIn: consolidation; remove it, or choose that',
    ],
    [
      'compute: {managedScaling: {min: 1, max: 2, scaleIn: consolidation, cooldown: 330s}}',
      'compute.managedScaling.cooldown: whole minutes, such as "20m"',
    ],
    [
      `compute: {managedScaling: {min: 1, max: 2}}\n${cpu(1, 2)}`,
      'compute.managedScaling: autoscaling would set the number of instances too; remove one of them',
    ],
  ],
  packages: [
    [
      'image: {tag: v1}\nvariants: [{name: a, model: {package: flowers/3}}]',
      'image: a model package has an image of its own; remove this one, or name the model without its package',
    ],
    [
      'variants: [{name: a}, {name: b, model: {package: flowers/3}, image: {tag: v1}}]',
      'variants[1].image: a model package has an image of its own; remove this one, or name the model without its package',
    ],
  ],
  observability: [
    [
      'observability: {detailed: false, container: {path: /metrics}}',
      "observability.container: the container's metrics are read only with detailed: true; remove it, or that",
    ],
  ],
  members: [
    [
      'aws: {config: {ExplainerConfg: {}, MetricsConfig: {EnableEnhancedMetrics: yes please}}}',
      'aws.config.ExplainerConfg: unknown member; did you mean ExplainerConfig?',
      'aws.config.MetricsConfig.EnableEnhancedMetrics: true or false, and it is "yes please"',
    ],
    [
      'aws: {variant: {SomethingNew: 1, RoutingConfig: RANDOM}}',
      'aws.variant.SomethingNew: the installed @aws-sdk/client-sagemaker knows no SomethingNew and would not send it; correct it, or update the package',
      'aws.variant.RoutingConfig: a group of members, and it is "RANDOM"',
    ],
    [
      'aws: {model: {PrimaryContainer: {AdditionalModelDataSources: [{ChannelName: 1}], Environment: [a]}, InferenceExecutionConfig: []}}',
      'aws.model.PrimaryContainer.AdditionalModelDataSources[0].ChannelName: text, and it is 1',
      'aws.model.PrimaryContainer.Environment: a group of names and values, and it is ["a"]',
      'aws.model.InferenceExecutionConfig: a group of members, and it is []',
    ],
    [
      'kmsKey: alias/a\nenv: {A: b}\naws: {config: {KmsKeyId: alias/b}, model: {PrimaryContainer: {Environment: {A: c, B: d}}}}',
      'aws.config.KmsKeyId: it is "alias/a" by another key of the file; remove it',
      'aws.model.PrimaryContainer.Environment.A: it is "b" by another key of the file; remove it',
    ],
    [
      'aws: {config: {DataCaptureConfig: {EnableCapture: true}}}',
      'aws.config.DataCaptureConfig: goes with capture, which says the rest of it; add that',
    ],
  ],
  autoscaling: [
    [cpu(5, 4), 'autoscaling.min: at most max, which is 4'],
    [
      cpu(0, 4),
      'autoscaling.min: at least 1: only asynchronous endpoints that follow their backlog can have no instance',
    ],
    [
      target('backlog'),
      'autoscaling.target.metric: only asynchronous endpoints have a backlog; add async, or choose another metric',
    ],
    [
      `${ASYNC}\n${target('concurrency')}`,
      'autoscaling.target.metric: asynchronous endpoints follow their backlog; say "backlog" instead of "concurrency"',
    ],
    [
      `compute: {serverless: {memoryMb: 1024, maxConcurrency: 5, provisioned: 2}}\n${target('cpu')}`,
      'autoscaling.target.metric: serverless endpoints scale by "provisioned-concurrency" only',
    ],
    [
      target('provisioned-concurrency'),
      'autoscaling.target.metric: only serverless endpoints have provisioned concurrency; choose "concurrency"',
    ],
    [target('cpu', 101), 'autoscaling.target.value: it is in percent, at most 100'],
    [
      `${SERVERLESS}\n${target('provisioned-concurrency')}`,
      'compute.serverless: autoscaling needs provisioned, the concurrency to begin with',
    ],
    [
      `compute: {serverless: {memoryMb: 1024, maxConcurrency: 3, provisioned: 1}}\n${target('provisioned-concurrency')}`,
      'autoscaling.max: at most maxConcurrency, which is 3',
    ],
    [
      `compute: {serverless: {memoryMb: 1024, maxConcurrency: 9, provisioned: 8}}\n${target('provisioned-concurrency')}`,
      'compute.serverless.provisioned: from autoscaling.min to autoscaling.max, 1 to 4',
    ],
    [
      `compute: {instances: 9}\n${cpu(2, 8)}`,
      'compute.instances: from autoscaling.min to autoscaling.max, 2 to 8, and it is 9',
    ],
    [
      `compute: {type: ml.t2.medium}\n${cpu(1, 8)}`,
      'compute.type: burstable instances cannot be scaled automatically; choose another type',
    ],
  ],
  steps: [
    [
      'rollout: {step: 10%, bake: 5m}',
      'rollout.step: all-at-once has no steps; remove it, or choose canary, linear or rolling',
      'rollout.bake: all-at-once has no steps; remove it, or choose canary, linear or rolling. keepOldFor is how long alarms watch then',
    ],
    [
      `compute: {instances: 2}
variants: [{name: a}, {name: b, compute: {}}]
rollout: {strategy: canary, step: 1, rollbackOn: [${RULE}]}`,
      'variants[1].compute.instances: canary moves at most half of the instances at once, so that variant b needs 2 or more',
    ],
    [
      `${FOUR}\nrollout: {strategy: canary, step: 51%, rollbackOn: [${RULE}]}`,
      'rollout.step: canary takes from 1% to 50% of the instances, and this is 51% of the 4 of variant primary',
    ],
    [
      `${FOUR}\nrollout: {strategy: canary, step: 3, rollbackOn: [${RULE}]}`,
      'rollout.step: canary takes from 1% to 50% of the instances, and this is 75% of the 4 of variant primary',
    ],
    [
      `${FOUR}\nrollout: {strategy: linear, step: 9%, rollbackOn: [${RULE}]}`,
      'rollout.step: linear takes from 10% to 50% of the instances, and this is 9% of the 4 of variant primary',
    ],
    [
      `${FOUR}\nrollout: {strategy: rolling, step: 4%, rollbackOn: [${RULE}]}`,
      'rollout.step: rolling takes from 5% to 50% of the instances, and this is 4% of the 4 of variant primary',
    ],
  ],
  rolling: [
    [
      `${FOUR}\nvariants: [{name: a}, {name: b}]\nrollout: {strategy: rolling, rollbackOn: [${RULE}]}`,
      'rollout.strategy: rolling is for endpoints with one variant; choose canary or linear',
    ],
    [
      `${FOUR}\nshadow: {sample: 5}\nrollout: {strategy: rolling, rollbackOn: [${RULE}]}`,
      'rollout.strategy: rolling is for endpoints with one variant; choose canary or linear',
    ],
    [
      `${FOUR}\nrollout: {strategy: rolling, keepOldFor: 1m, rollbackOn: [${RULE}]}`,
      'rollout.keepOldFor: rolling keeps no old fleet; remove it',
    ],
    [
      `${FOUR}\nrollout: {strategy: rolling, rollbackStep: 5, rollbackOn: [${RULE}]}`,
      'rollout.rollbackStep: a rollback takes at most 100% of the instances, and this is 125% of the 4 of variant primary',
    ],
    [
      'rollout: {rollbackStep: 100%}',
      'rollout.rollbackStep: only rolling goes back in steps, the others by their old fleet; remove it',
    ],
  ],
  waits: [
    [
      `${FOUR}\nrollout: {strategy: canary, bake: 299s, rollbackOn: [${RULE}]}`,
      'rollout.bake: the alarms of rollbackOn need 5m (their minutes, and 2 more until CloudWatch has the points), and this is 299s; make it longer, or "for" shorter',
    ],
    [
      `rollout: {keepOldFor: 4m, rollbackOn: [${RULE}]}`,
      'rollout.keepOldFor: the alarms of rollbackOn need 5m (their minutes, and 2 more until CloudWatch has the points), and this is 4m; make it longer, or "for" shorter',
    ],
    [
      `${FOUR}\nrollout: {strategy: linear, step: 1, bake: 10m, timeout: 50m, rollbackOn: [${RULE}]}`,
      'rollout.timeout: the waits of the update add up to 50m, and it is ended after 50m; shorten bake, or take a larger step or timeout (at most 8h)',
    ],
    [
      `compute: {instances: 20}\nrollout: {strategy: linear, step: 10%, bake: 45m, rollbackOn: [${RULE}]}`,
      'rollout.bake: the waits of the update add up to 495m, and it is ended after 8h; shorten bake, or take a larger step or timeout (at most 8h)',
    ],
  ],
  targets: [
    [
      'lambda: {memoryMb: 1024}',
      'lambda: is for target: lambda, and this is for sagemaker; add target: lambda, or remove it',
    ],
    [
      'rollout: {keepOldFor: 5m, rollbackOn: [{metric: error-rate, above: 1%}]}',
      'rollout.rollbackOn[0].metric: error-rate is of Lambda; say 5xx-rate',
    ],
  ],
  alarms: [
    [
      `variants: [{name: a}, {name: b}]\nrollout: {rollbackOn: [${Array(5).fill(RULE)}, {alarm: mine}]}`,
      'rollout.rollbackOn: these are 11 alarms, one for each metric and variant, and SageMaker takes 10; remove some',
    ],
  ],
  smoke: [
    [
      'smoke: [{file: a.png}, {file: body}]',
      'smoke[1].file: its name does not tell the media type; add contentType beside it',
    ],
  ],
}

const DOUBTFUL: Record<keyof typeof WARNINGS, Case[]> = {
  unguarded: [
    [`${FOUR}\nrollout: {strategy: linear}`, 'rollout: nothing will roll a bad version back; add rollbackOn'],
  ],
  inferentia: [
    [
      `compute: {type: ml.inf1.xlarge, instances: 2}\nrollout: {strategy: canary, step: 1, rollbackOn: [${RULE}]}`,
      'compute.type: SageMaker updates Inferentia 1 all at once, and without rollback',
    ],
  ],
  gpus: [
    [
      'compute: {type: ml.g5.xlarge}',
      'image: the instances have a GPU, and Dockerfile makes an image for the CPU; name Dockerfile.gpu',
    ],
  ],
}

const without = (pattern: RegExp) => (line: string) => line.replace(pattern, '')

for (const [rule, cases] of Object.entries(BROKEN)) {
  t.test(`${rule}: what breaks it is told`, async (t) => {
    t.strictSame(Object.keys(MISTAKES).includes(rule) && cases.length > 0, true)
    for (const [added, ...told] of cases) {
      const lines = mistakesOf(t, `${SHORTEST}${added}\n`).map(without(/^line \d+: /))
      t.strictSame([...lines].sort(), [...told].sort(), added)
    }
  })
}

for (const [rule, cases] of Object.entries(DOUBTFUL)) {
  t.test(`${rule}: a warning`, async (t) => {
    for (const [added, ...told] of cases) {
      const { warnings } = loadDeployment(fileOf(t, `${SHORTEST}${added}\n`))
      t.strictSame(warnings.map(without(/^endpoint\.yaml, (line \d+: )?/)), told, added)
    }
  })
}

t.test('what keeps to the rules by a hair is taken, without a warning', async (t) => {
  const good = [
    `environments: {${'e'.repeat(44)}: {}}`,
    'account: "123456789012"\nregion: us-east-1\nimage: 123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1',
    'compute: {type: ml.c7g.large}\nimage: {platform: linux/arm64}',
    'variants: [{name: a}, {name: b, compute: {type: ml.c7g.large}, image: {repository: arm}}]',
    `env: {${Array.from({ length: 100 }, (_, i) => `A${i}: x`)}}`,
    `env: {LONG: ${'x'.repeat(1024)}}`,
    `tags: {${Array.from({ length: 47 }, (_, i) => `t${i}: x`)}}`,
    'network: {isolated: true, subnets: [s], securityGroups: [g]}',
    'variants: [{name: a, weight: 0}, {name: b}]',
    'shadow: {sample: 100}',
    `compute: {serverless: {memoryMb: 1024, maxConcurrency: 4, provisioned: 4}}\n${target('provisioned-concurrency', 100)}`,
    `${ASYNC}\n${target('backlog')}`,
    `compute: {instances: 8}\n${cpu(2, 8)}`,
    `compute: {instances: 2}\nrollout: {strategy: canary, step: 1, bake: 5m, rollbackOn: [${RULE}]}`,
    `${FOUR}\nrollout: {strategy: linear, step: 10%, rollbackOn: [${RULE}]}`,
    `${FOUR}\nrollout: {strategy: rolling, step: 5%, timeout: 2h, rollbackOn: [${RULE}]}`,
    `rollout: {keepOldFor: 5m, rollbackOn: [${RULE}]}`,
    `rollout: {keepOldFor: 1s, rollbackOn: [{alarm: mine}]}`,
    `variants: [{name: a}, {name: b}]\nrollout: {rollbackOn: [${Array(5).fill(RULE)}]}`,
    'compute: {type: ml.g5.xlarge}\nimage: {dockerfile: Dockerfile.gpu}',
    'smoke: [{file: body, contentType: text/csv}]',
    'compute: {pools: [ml.m7i.large, ml.c7i.large, ml.m6i.large, ml.c6i.large, ml.m5.large], provisionTimeout: 1h}',
    'compute: {type: ml.g6.xlarge, ami: al2023-ami-sagemaker-inference-gpu-4-1}\nimage: {dockerfile: Dockerfile.gpu}',
    'compute: {type: ml.inf2.xlarge, ami: al2-ami-sagemaker-inference-neuron-2}',
    'compute: {instances: 2, managedScaling: {min: 0, max: 2, scaleIn: consolidation, step: 100, cooldown: 24h}}',
    'variants: [{name: a, model: {package: flowers/3}}]',
    `${FOUR}\nrollout: {strategy: rolling, rollbackStep: 100%, rollbackOn: [${RULE}]}`,
    `${ASYNC}\naws: {config: {AsyncInferenceConfig: {ClientConfig: {MaxConcurrentInvocationsPerInstance: 3}}}}`,
  ]
  for (const added of good) {
    t.strictSame(loadDeployment(fileOf(t, `${SHORTEST}${added}\n`)).warnings, [], added)
  }
})

t.test('a name that cannot be a repository’s is refused, unless the image has another', async (t) => {
  const text = SHORTEST.replace('flowers', 't')
  t.match(mistakesOf(t, text), [/name: the image's repository would be called "t".*image: \{repository: …\}/])
  t.strictSame(mistakesOf(t, `${text}image: {repository: flowers}\n`), [])
})
