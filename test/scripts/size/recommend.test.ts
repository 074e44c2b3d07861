import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadDeployment } from '../../../scripts/config/load.ts'
import { type Fleet, recommend } from '../../../scripts/size/recommend.ts'

const MEASURED = { rate: 100, operating: { perSecond: 70, concurrency: 7 } }
const WANTED = { utilisation: 0.7, region: 'eu-west-1' }
const TWO: Fleet = { kind: 'instances', type: 'ml.c7i.large', count: 2 }

t.test('an instance holds its part, and is to be used in part', async (t) => {
  t.match(recommend(TWO, MEASURED, WANTED), {
    type: 'ml.c7i.large',
    perInstance: 50,
    planned: 35,
    instances: undefined,
    // Little's law: 7 under way at 70 a second are 3.5 at 35.
    scaling: { metric: 'concurrency', value: 3.5 },
    invocationsPerMinute: 2100,
    extrapolated: [/one instance holds half of what 2 held together/],
  })
})

t.test('a peak is counted with one to spare', async (t) => {
  const at = (rate: number) => recommend(TWO, MEASURED, { ...WANTED, rate }).instances
  t.strictSame([at(1), at(35), at(35.1), at(350), at(500)], [2, 2, 3, 11, 16])
})

t.test('few requests at once are no measure: invocations are', async (t) => {
  const quick = { rate: 100, operating: { perSecond: 70, concurrency: 0.2 } }
  t.match(recommend(TWO, quick, WANTED), {
    scaling: { metric: 'invocations-per-instance', value: 2100 },
    concurrency: 0.1,
  })
})

t.test('what this machine holds is scaled by CPUs, which is said', async (t) => {
  const local: Fleet = { kind: 'local', cpus: 2, fits: 'ml.m7i.large' }
  t.match(recommend(local, MEASURED, WANTED), { type: 'ml.m7i.large', perInstance: 100 })
  const larger = recommend(local, MEASURED, { ...WANTED, type: 'ml.c7i.2xlarge' })
  t.match(larger, { type: 'ml.c7i.2xlarge', perInstance: 400, scaling: { value: 28 } })
  t.match(larger.extrapolated, [
    /ml\.c7i\.2xlarge holds as much for each of its 8 vCPUs as .* each of its 2 CPUs/,
  ])
  t.match(recommend(local, MEASURED, { ...WANTED, type: 'ml.g6.xlarge' }).extrapolated, [/vCPUs/, /GPU/])
})

t.test('another type than the one that was measured is an extrapolation', async (t) => {
  const other = recommend(TWO, MEASURED, { ...WANTED, type: 'ml.c7i.xlarge' })
  t.match(other, { perInstance: 100, extrapolated: [/half/, /as much for each vCPU as ml\.c7i\.large/] })
})

t.test('of a URL and of serverless no type is known', async (t) => {
  for (const fleet of [{ kind: 'url' }, { kind: 'serverless', maxConcurrency: 20 }] as const)
    t.match(recommend(fleet, MEASURED, WANTED), { perInstance: 100, yaml: undefined, cost: undefined })
  t.match(recommend({ kind: 'url' }, MEASURED, { ...WANTED, type: 'ml.c7i.large', rate: 200 }), {
    type: 'ml.c7i.large',
    instances: 4,
    yaml: /ml\.c7i\.large/,
  })
})

t.test('endpoint.yaml takes what is to be pasted', async (t) => {
  const folder = t.testdir()
  const file = join(folder, 'endpoint.yaml')
  const head = 'name: flowers\nmodel: { bakedIn: true }\nrole: arn:aws:iam::123456789012:role/sagemaker\n'
  const read = (more: { rate?: number; type?: string }, measured = MEASURED) => {
    const { yaml } = recommend(TWO, measured, { ...WANTED, ...more })
    writeFileSync(file, `${head}${yaml}\n`)
    return loadDeployment(file).deployment
  }
  t.match(read({ rate: 350 }), {
    variants: [{ compute: { type: 'ml.c7i.large', count: 2 } }],
    autoscaling: { min: 2, max: 11, metric: 'concurrency', value: 3.5 },
  })
  t.match(read({}), { autoscaling: { min: 2, max: 4 } })
  t.match(read({ rate: 30 }), { variants: [{ compute: { count: 2 } }], autoscaling: undefined })
  t.match(
    read({ type: 'ml.t2.medium', rate: 350 }),
    { variants: [{ compute: { count: 11 } }], autoscaling: undefined },
    'burstable',
  )
  const tiny = { rate: 0.02, operating: { perSecond: 0.01, concurrency: 0 } }
  t.match(read({}, tiny), { autoscaling: { metric: 'invocations-per-instance' } })
})

t.test('the cost is that of the price list, or unknown', async (t) => {
  t.match(recommend(TWO, MEASURED, { ...WANTED, rate: 350, region: 'xx-nowhere-1' }).cost, {
    unknown: ['ml.c7i.large'],
    machines: '2 to 11 × ml.c7i.large',
    fewestDollars: undefined,
  })
})
