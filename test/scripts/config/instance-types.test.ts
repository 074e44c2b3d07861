import t from 'tap'
import {
  DEFAULT_INSTANCE_TYPE,
  hasGpu,
  hasInferentia1,
  INSTANCE_TYPES,
  platformOf,
  vcpusOf,
} from '../../../scripts/config/instance-types.ts'

t.test('the default type exists', async (t) => {
  t.ok(INSTANCE_TYPES.some((type) => type === DEFAULT_INSTANCE_TYPE))
})

/** The families of those types of which something is so. */
const families = (is: (type: string) => boolean): string[] => [
  ...new Set(INSTANCE_TYPES.filter(is).map((type) => type.split('.')[1] ?? '')),
]

t.test('Graviton and Grace are arm64', async (t) => {
  const arm = families((type) => platformOf(type) === 'linux/arm64')
  for (const family of ['c6g', 'c6gd', 'c6gn', 'c7g', 'c8g', 'm6g', 'm6gd', 'm8g', 'r8g', 'p6e-gb200']) {
    t.ok(arm.includes(family), family)
  }
  for (const family of [
    'c5',
    'c6i',
    'c7i',
    'm5d',
    'g4dn',
    'g5',
    'g6e',
    'p5en',
    'inf2',
    'trn1n',
    'p6-b200',
    't2',
  ]) {
    t.notOk(arm.includes(family), family)
  }
})

t.test('GPUs are told from Graviton', async (t) => {
  const gpu = families(hasGpu)
  for (const family of ['g4dn', 'g5', 'g6', 'p3', 'p4de', 'p5']) t.ok(gpu.includes(family), family)
  for (const family of ['c6g', 'c7g', 'm6g', 'r7gd', 'inf1', 'trn1']) t.notOk(gpu.includes(family), family)
  t.strictSame(families(hasInferentia1), ['inf1'])
})

t.test('sizes tell the vCPUs', async (t) => {
  const known = {
    'ml.m7i.large': 2,
    'ml.c8g.medium': 1,
    'ml.c5.9xlarge': 36,
    'ml.c4.8xlarge': 36,
    'ml.g4dn.xlarge': 4,
    'ml.m4.10xlarge': 40,
    'ml.t2.medium': 2,
    'ml.p4d.24xlarge': 96,
  }
  for (const [type, vcpus] of Object.entries(known)) {
    t.ok(INSTANCE_TYPES.some((existing) => existing === type))
    t.equal(vcpusOf(type), vcpus, type)
  }
})
