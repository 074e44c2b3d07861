/** Made-up experiments through the real switch: its lines, joined with outcomes by every key. */

import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker'
import type { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import t, { type Test } from 'tap'
import { readExposures } from '../../../scripts/experiment/exposed.ts'
import { linesOf } from '../../../scripts/experiment/lines.ts'
import { readOutcomes } from '../../../scripts/experiment/outcomes.ts'
import { type ReportOptions, reportOf } from '../../../scripts/experiment/report.ts'
import { reportText } from '../../../scripts/experiment/text.ts'
import { assignVariant } from '../../../scripts/traffic/assign-variant.ts'
import { createSwitch } from '../../../scripts/traffic/switch.ts'

const SALT = 'exp-7'
const WEIGHTS = { primary: 50, challenger: 50 }

const { signal } = new AbortController()

/** The log of a switch before an endpoint with these weights, which `ask` may change. */
const aLog = (weights: Record<string, number> = WEIGHTS) => {
  const lines: string[] = []
  const state = { weights }
  let time = Date.UTC(2026, 0, 1)
  const client = {
    send: async (command: unknown) =>
      command instanceof DescribeEndpointCommand
        ? {
            ProductionVariants: Object.entries(state.weights).map(([VariantName, CurrentWeight]) => ({
              VariantName,
              CurrentWeight,
            })),
          }
        : { InvokedProductionVariant: (command as InvokeEndpointCommand).input.TargetVariant },
  }
  const open = () =>
    createSwitch({
      endpoint: 'flowers',
      sticky: { salt: SALT, userFrom: 'x-user-id', force: { tester: 'challenger' } },
      clients: { sagemaker: client, runtime: client } as never,
      log: (entry) => lines.push(JSON.stringify({ time: new Date(time++).toISOString(), ...entry })),
    })
  let { invoke } = open()
  return {
    lines,
    /** Another copy of the proxy, which reads the weights anew. */
    become(changed: Record<string, number>) {
      state.weights = changed
      ;({ invoke } = open())
    },
    ask: (user: string, inferenceId?: string) =>
      invoke(
        {
          headers: {
            'x-user-id': user,
            ...(inferenceId !== undefined && { 'x-amzn-sagemaker-inference-id': inferenceId }),
          },
          body: Buffer.alloc(0),
        },
        signal,
      ),
  }
}

const aFolder = (t: Test): string => {
  const folder = mkdtempSync(join(tmpdir(), 'experiment-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const reported = async (
  t: Test,
  lines: readonly string[],
  outcomes: string,
  {
    name = 'outcomes.csv',
    metrics = [] as string[],
    ...options
  }: Partial<ReportOptions> & { name?: string; metrics?: string[] } = {},
) => {
  const folder = aFolder(t)
  writeFileSync(join(folder, 'exposures.jsonl'), lines.join('\n'))
  writeFileSync(join(folder, name), outcomes)
  const experiments = await readExposures(
    linesOf(join(folder, 'exposures.jsonl'), () => {
      throw new Error('AWS is not asked')
    }),
  )
  const exposed = experiments.get(SALT)
  if (exposed === undefined) throw new Error('there are no lines')
  return reportOf({
    experiment: SALT,
    exposed,
    outcomes: readOutcomes(join(folder, name), metrics),
    control: 'primary',
    absentIsZero: false,
    ...options,
  })
}

const variantOf = (user: string, weights: Record<string, number> = WEIGHTS) =>
  assignVariant(user, weights, SALT)

t.test('a known effect is found by each key, in CSV and in JSON lines', async (t) => {
  const log = aLog()
  const byUserId = ['userId,bought,spent']
  const byRequest = ['inferenceId,right']
  for (let index = 0; index < 3000; index++) {
    const user = `u${index}`
    const better = variantOf(user) === 'challenger'
    await log.ask(user, `${user}-0`)
    if (index % 3 === 0) await log.ask(user, `${user}-1`)
    const bought = index % 10 < (better ? 2 : 1) ? 1 : 0
    byUserId.push(`${user},${bought},${bought * (5 + (index % 7))}`)
    byRequest.push(`${user}-0,${index % 4 > 0 || better}`)
    if (index % 3 === 0) byRequest.push(`${user}-1,${better}`)
  }
  await log.ask('tester', 'tester-0')
  await log.ask('', 'nobody-0')
  byUserId.push('tester,1,99', 'never-seen,1,99')
  const report = await reported(t, log.lines, byUserId.join('\n'))
  t.match(report, {
    exposures: { withoutPart: 2, crossed: 0, sawOther: 0 },
    sampleRatio: { mismatch: false },
    outcomes: { key: 'userId', rows: 3002, matched: 3000 },
    metrics: [
      { metric: 'bought', kind: 'rate', comparisons: [{ variant: 'challenger' }] },
      { metric: 'spent', kind: 'mean' },
    ],
  })
  for (const { comparisons } of report.metrics) {
    t.ok((comparisons[0]?.pValue ?? 1) < 0.001)
    t.ok((comparisons[0]?.difference.low ?? 0) > 0)
  }
  t.ok(Math.abs((report.metrics[0]?.comparisons[0]?.difference.value ?? 0) - 0.1) < 0.02)
  t.match(report.warnings.join('\n'), /2 of 3002 outcomes belong to nobody/)
  t.match(reportText(report), /bought \(rate[\s\S]*challenger .* higher\n/)
  t.notMatch(reportText(report), /no JSON/)
  const cut = await reported(t, [...log.lines, '{"time":"2026-0'], byUserId.join('\n'))
  t.match(reportText(cut), /! 1 of the lines of exposures is no JSON/)

  const users = log.lines
    .map((line) => JSON.parse(line))
    .filter(({ user, forced }) => user !== null && !forced)
  const byHash = [...new Map(users.map(({ user, assigned }) => [user, assigned]))].map(
    ([user, assigned], index) =>
      JSON.stringify({ user, bought: index % 10 < (assigned === 'challenger' ? 2 : 1) }),
  )
  const hashed = await reported(t, log.lines, byHash.join('\n'), { name: 'o.jsonl' })
  t.ok((hashed.metrics[0]?.comparisons[0]?.pValue ?? 1) < 0.001)

  const requests = await reported(t, log.lines, byRequest.join('\n'))
  t.match(requests.metrics, [
    { kind: 'ratio', variants: [{ variant: 'primary' }, { variant: 'challenger', value: 1 }] },
  ])
  t.equal(
    requests.metrics[0]?.variants.reduce((sum, { outcomes }) => sum + outcomes, 0),
    4000,
  )
})

t.test('a user counts with the first variant, in whatever order the lines are', async (t) => {
  const log = aLog({ primary: 100, challenger: 0 })
  const users = Array.from({ length: 200 }, (_, index) => `u${index}`)
  for (const user of users) await log.ask(user)
  log.become({ primary: 1, challenger: 100 })
  for (const user of [...users, 'late-1', 'late-2', 'late-3']) await log.ask(user)
  const outcomes = [
    'userId,x',
    ...users.map((user, index) => `${user},${index}`),
    'late-1,1',
    'late-2,2',
  ].join('\n')
  for (const lines of [log.lines, [...log.lines].reverse()]) {
    const report = await reported(t, lines, outcomes)
    t.match(report.exposures.users, { primary: 200, challenger: 3 })
    t.ok(report.exposures.crossed > 180)
    t.match(report.warnings.join('\n'), /the weights changed while users came \(2 different/)
    t.match(report.warnings.join('\n'), /had more than one variant and are counted with their first/)
  }
})

t.test('what is broken or says little is said', async (t) => {
  const log = aLog()
  for (let index = 0; index < 2000; index++) {
    const user = `u${index}`
    // Half of challenger's users get lost.
    if (variantOf(user) === 'primary' || index % 2 === 0) await log.ask(user)
  }
  const all = Array.from({ length: 2000 }, (_, index) => `u${index}`)
  const broken = await reported(t, log.lines, ['userId,x', ...all.map((user) => `${user},1`)].join('\n'))
  t.match(broken.sampleRatio, { mismatch: true })
  t.match(broken.warnings[0], /not split as the weights say.*its result means nothing/)
  t.match(broken.warnings.join('\n'), /every outcome is 1; .*--absent zero/)

  const [first, second] = all.filter((user) => variantOf(user) === 'primary')
  const two = `userId,bought\n${first},1\n${second},1\n`
  const rare = await reported(t, log.lines, two, { absentIsZero: true })
  t.match(rare.metrics[0], { kind: 'rate', variants: [{ variant: 'primary' }, { variant: 'challenger' }] })
  t.match(rare.warnings.join('\n'), /bought: the sample is too small: .* fewer than 5/)
  t.match(
    rare.warnings.join('\n'),
    /no difference between challenger and primary is shown, which does not show/,
  )
  t.match(
    reportText(rare),
    /users show a difference of .* four times of five; a relative one of 10 % needs \d+/,
  )

  const uneven = await reported(
    t,
    log.lines,
    [
      'userId,x',
      ...all.filter((user) => variantOf(user) === 'primary').map((user, at) => `${user},${at % 7}`),
      'u0,1',
    ].join('\n'),
  )
  t.match(uneven.warnings.join('\n'), /not spread evenly over the variants|too few users to compare/)
})

t.test('several challengers are compared with one control, by Holm', async (t) => {
  const weights = { a: 1, b: 1, primary: 1 }
  const log = aLog(weights)
  const rows = ['userId,x']
  for (let index = 0; index < 600; index++) {
    await log.ask(`u${index}`)
    rows.push(`u${index},${(index % 5) + (variantOf(`u${index}`, weights) === 'a' ? 0.5 : 0)}`)
  }
  const { metrics } = await reported(t, log.lines, rows.join('\n'))
  const [a, b] = metrics[0]?.comparisons ?? []
  t.match([a?.variant, b?.variant], ['a', 'b'])
  t.equal(a?.pHolm, Math.min(1, 2 * (a?.pValue ?? 1)))
  t.ok((b?.pHolm ?? 0) >= (b?.pValue ?? 1))
  await t.rejects(reported(t, log.lines, rows.join('\n'), { control: 'c' }), /no user .* was assigned to c/)
})

t.test('mistakes in the file of outcomes are named', async (t) => {
  const folder = aFolder(t)
  const read = (text: string, name = 'o.csv', metrics: string[] = []) => {
    writeFileSync(join(folder, name), text)
    return () => readOutcomes(join(folder, name), metrics)
  }
  t.throws(read('id,x\n1,2'), /no column inferenceId, user, userId/)
  t.throws(read('user,x\na,b'), /row 1: x is "b", not a number/)
  t.throws(read('user,x\n,1'), /row 1 has no user/)
  t.throws(read('user\na'), /no column with a metric/)
  t.throws(read('user,x\na,1', 'o.csv', ['y']), /no column y/)
  t.throws(read('user,x\na,1,2'), /cannot be read/)
  t.throws(read('{"user":"a"', 'o.jsonl'), /cannot be read/)
  t.throws(read('[1]', 'o.jsonl'), /line 1 is no object/)
  t.throws(() => readOutcomes(join(folder, 'none.csv'), []), /cannot be read/)
  t.match(read('\ufeffuser,x,y\na,1,\na,0.5,true')().rows.get('a'), [
    [1, Number.NaN],
    [0.5, 1],
  ])
  t.strictSame(read('user,x\na,1\nb, \nc,0')().rows.get('b'), [[Number.NaN]])
  t.strictSame(
    [...read('user,x\na, 1 \nb,True\nc,False\nd,FALSE')().rows.values()].flat(2),
    [1, 1, 0, 0],
    'as pandas and spreadsheets write them',
  )
  t.throws(
    read('{"userId":12345678901234567890,"x":1}', 'o.jsonl'),
    /row 1: userId is a number that JSON readers round/,
  )
  t.ok(read('{"userId":9007199254740991,"x":1}', 'o.jsonl')().rows.has('9007199254740991'))
  truncateSync(join(folder, 'o.csv'), 2 ** 29)
  t.throws(() => readOutcomes(join(folder, 'o.csv'), []), /has 536870912 bytes; outcomes have \d+ at most/)
  t.strictSame(read('user,x,note\na,1,hello', 'o.csv', ['x'])().metrics, ['x'])
})

t.test('lines that are none of ours are passed over', async (t) => {
  async function* lines() {
    yield* ['START RequestId: 1', '{"event":"listening"}', '', 'null', '7', '{"event":"invocation"}']
    yield '{"event":"invocation","experiment":"e","user":"u","assigned":"a","time":"2026"}'
    yield '{"event":"invocation","experiment":"e","user":1,"assigned":"a","time":"2026"}'
  }
  const found = await readExposures(lines())
  t.match(found.get('e'), { lines: 2, withoutPart: 1, unreadable: 1 })
  t.equal(found.size, 1)
})
