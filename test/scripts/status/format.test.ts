import pc from 'picocolors'
import t from 'tap'
import { formatStatus } from '../../../scripts/status/format.ts'
import type { Status } from '../../../scripts/status/status.ts'

const colours = pc.createColors(false)

const STATUS: Status = {
  endpoint: 'digits',
  arn: 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/digits',
  status: 'InService',
  configuration: 'digits-bbbbbbbbbb',
  changedAt: '2026-11-21T10:00:00.000Z',
  history: ['bbbbbbbbbb', 'aaaaaaaaaa'],
  verified: 'bbbbbbbbbb',
  variants: [
    {
      name: 'primary',
      shadow: false,
      weight: 90,
      share: 0.9,
      instances: { current: 2, desired: 3, type: 'ml.c6i.large', min: 2, max: 8 },
      image: 'sha256:0123456789abcdef',
      model: '1a2b3c4d5e6f',
      traffic: { invocations: 1200, errors4xx: 3, errors5xx: 0, p50Ms: 4.25, p99Ms: 31.5 },
    },
    {
      name: 'challenger',
      shadow: false,
      weight: 10,
      share: 0.1,
      instances: { current: 1, desired: 1, type: 'ml.c6i.large' },
      model: 's3://models/other.tar.gz',
      traffic: { invocations: 0, errors4xx: 0, errors5xx: 0 },
    },
  ],
}

t.test('a table of variants with their traffic', async (t) => {
  t.equal(
    formatStatus(STATUS, colours),
    `digits  InService since 2026-11-21T10:00:00.000Z
configuration digits-bbbbbbbbbb (verified)
before it     aaaaaaaaaa

VARIANT     WEIGHT  SHARE  INSTANCES                   IMAGE         MODEL                     REQUESTS/15m  4XX  5XX     P50    P99
primary         90   90 %  2 → 3 × ml.c6i.large (2–8)  0123456789ab  1a2b3c4d5e6f                      1200    3    0  4.3 ms  32 ms
challenger      10   10 %  1 × ml.c6i.large            ?             s3://models/other.tar.gz             0    0    0       –      –`,
  )
})

t.test('an update under way, and what AWS says of a failure', async (t) => {
  const text = formatStatus(
    {
      ...STATUS,
      status: 'Updating',
      failureReason: 'because',
      pending: {
        configuration: 'digits-cccccccccc',
        variants: [{ name: 'primary', activity: 'Baking', instances: 2 }],
      },
      variants: [
        {
          name: 'primary',
          shadow: false,
          weight: 1,
          share: 1,
          model: 'x',
          activity: 'Updating',
          serverless: { memoryMb: 2048, maxConcurrency: 5 },
        },
      ],
    },
    colours,
  )
  t.match(text, 'on its way    digits-cccccccccc: primary 2 instances Baking')
  t.match(text, 'AWS says: because')
  t.match(text, /primary +1 +100 % +serverless 2048 MB, up to 5 at once +\? +x +Updating/)
})

t.test('what is on its way, or has never come to serve, did not run before', async (t) => {
  const history = ['cccccccccc', 'bbbbbbbbbb', 'aaaaaaaaaa']
  const text = formatStatus({ ...STATUS, history }, colours)
  t.match(text, /\nbefore it {5}aaaaaaaaaa\n/)
  t.notMatch(formatStatus({ ...STATUS, history: ['cccccccccc', 'bbbbbbbbbb'] }, colours), /before it/)
})
