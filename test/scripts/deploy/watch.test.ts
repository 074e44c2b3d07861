import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker'
import t from 'tap'
import type { Clients } from '../../../scripts/aws/clients.ts'
import { eventually } from '../../../scripts/deploy/eventually.ts'
import type { Session } from '../../../scripts/deploy/session.ts'
import { describeProgress, duration, untilGone, untilSettled } from '../../../scripts/deploy/watch.ts'
import { capture } from '../with-rehearsal.ts'

type Answer = Partial<DescribeEndpointOutput> | 'missing' | Error

/** Answers to DescribeEndpoint in turn, the last one for ever; each wait passes at once. */
const scripted = (answers: readonly Answer[]): Session & { asked: () => number; waitedMs: () => number } => {
  let asked = 0
  let now = 0
  const missing = Object.assign(new Error('Could not find endpoint "a".'), { name: 'ValidationException' })
  const sagemaker = {
    send: async () => {
      const answer = answers[Math.min(asked, answers.length - 1)] as Answer
      asked += 1
      if (answer instanceof Error) throw answer
      if (answer === 'missing') throw missing
      return { EndpointName: 'a', EndpointConfigName: 'old', LastModifiedTime: new Date(0), ...answer }
    },
  }
  return {
    clients: { sagemaker } as unknown as Clients,
    output: capture(),
    signal: new AbortController().signal,
    clock: {
      now: () => now,
      async sleep(ms) {
        now += ms
      },
    },
    asked: () => asked,
    waitedMs: () => now,
  }
}

const before = {
  EndpointName: 'a',
  EndpointConfigName: 'old',
  LastModifiedTime: new Date(0),
} as DescribeEndpointOutput

t.test('an endpoint is settled when it is no longer busy', async (t) => {
  const session = scripted([
    { EndpointStatus: 'Updating' },
    { EndpointStatus: 'RollingBack' },
    { EndpointStatus: 'InService' },
  ])
  t.match(await untilSettled(session, 'a'), { EndpointStatus: 'InService' })
  t.equal(session.asked(), 3)
})

t.test(
  'what was described before the change is no answer, until it could have been seen for long',
  async (t) => {
    const late = scripted([
      { EndpointStatus: 'InService' },
      { EndpointStatus: 'InService' },
      { EndpointStatus: 'Updating' },
      { EndpointStatus: 'InService', EndpointConfigName: 'new' },
    ])
    t.match(await untilSettled(late, 'a', { before }), { EndpointConfigName: 'new' })
    const never = scripted([{ EndpointStatus: 'InService' }])
    t.match(await untilSettled(never, 'a', { before }), { EndpointConfigName: 'old' })
    t.ok(never.waitedMs() >= 30_000)
    const quick = scripted([{ EndpointStatus: 'InService', LastModifiedTime: new Date(1) }])
    t.match(await untilSettled(quick, 'a', { before }), { EndpointStatus: 'InService' })
    t.equal(quick.asked(), 1, 'a change that is over already is seen at once')
  },
)

t.test('a moment out of reach does not end the watching, what is refused does', async (t) => {
  const down = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const session = scripted([
    { EndpointStatus: 'Updating' },
    down,
    down,
    down,
    { EndpointStatus: 'InService' },
  ])
  t.match(await untilSettled(session, 'a'), { EndpointStatus: 'InService' })
  await t.rejects(untilSettled(scripted([down]), 'a'), { message: /ECONNREFUSED/ })
  const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' })
  await t.rejects(untilSettled(scripted([denied]), 'a'), { message: 'not authorized' })
})

t.test('a deleted endpoint is waited for until it is gone', async (t) => {
  const session = scripted([{ EndpointStatus: 'Deleting' }, { EndpointStatus: 'Deleting' }, 'missing'])
  await untilGone(session, 'a')
  t.equal(session.asked(), 3)
  const failed = scripted([{ EndpointStatus: 'Failed', FailureReason: 'in use' }])
  await t.rejects(untilGone(failed, 'a'), { message: /could not be deleted: in use/ })
})

t.test('what is not known yet is asked for again, for two minutes at most', async (t) => {
  const session = scripted(['missing'])
  const unknown = Object.assign(new Error('Could not find model "m".'), { name: 'ValidationException' })
  let calls = 0
  const call = async () => {
    calls += 1
    if (calls < 4) throw unknown
    return 'made'
  }
  t.equal(await eventually(session, call), 'made')
  const began = session.waitedMs()
  await t.rejects(
    eventually(session, async () => {
      throw unknown
    }),
    { message: /Could not find model/ },
  )
  t.ok(session.waitedMs() - began <= 120_000)
  await t.rejects(
    eventually(session, async () => {
      throw new Error('other')
    }),
    { message: 'other' },
  )
})

t.test('progress is one line: the fleet that is coming, while one is', async (t) => {
  const variant = {
    VariantName: 'primary',
    CurrentWeight: 1,
    CurrentInstanceCount: 1,
    DesiredInstanceCount: 2,
  }
  const endpoint = {
    EndpointStatus: 'Updating',
    ProductionVariants: [{ ...variant, CurrentInstanceCount: 2 }],
  } as DescribeEndpointOutput
  t.equal(describeProgress(endpoint), 'Updating · primary: 2/2 instances, weight 1')
  t.equal(
    describeProgress({
      ...endpoint,
      PendingDeploymentSummary: {
        EndpointConfigName: 'new',
        ProductionVariants: [{ ...variant, VariantStatus: [{ Status: 'Creating' }] }],
      },
    }),
    'Updating · primary: 1/2 instances, weight 1, Creating',
  )
  t.equal(duration(9_400), '9s')
  t.equal(duration(605_000), '10m 05s')
})
