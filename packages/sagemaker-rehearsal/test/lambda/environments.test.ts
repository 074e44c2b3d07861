import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { answerOf, environmentsOf, payload } from './a-function.ts'

type Failed = { errorType: string; errorMessage: string }

t.test(
  'the first invocation starts an environment, the next one finds it, and what is told is right',
  async (t) => {
    const environments = environmentsOf(t)
    const first = await environments.invoke(payload({ a: 1 }))
    t.match(answerOf(first), {
      event: { a: 1 },
      count: 1,
      memory: '512',
      type: 'on-demand',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:cars:live',
    })
    const { remaining } = answerOf(first)
    t.ok(remaining > 8000 && remaining <= 10_000, `${remaining} ms are left of 10 s`)
    t.ok((first.initDurationMs ?? 0) > 0)
    t.ok(first.billedDurationMs >= first.durationMs + (first.initDurationMs ?? 0))
    t.match(
      first.log,
      /^START RequestId: \S+ Version: 7\nEND .*\nREPORT .*Memory Size: 512 MB\tInit Duration: /,
    )
    const second = await environments.invoke(payload({}))
    t.match(answerOf(second), { count: 2, pid: answerOf(first).pid })
    t.equal(second.initDurationMs, undefined)
    t.equal(environments.count, 1)
  },
)

t.test('between invocations all of it stands still, and goes on with the next', async (t) => {
  const environments = environmentsOf(t)
  const { pid } = answerOf(await environments.invoke(payload({})))
  const state = () => /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  while (state() !== 'T') await delay(5)
  await delay(700)
  const { longest, count } = answerOf(await environments.invoke(payload({})))
  t.equal(count, 2)
  t.ok(longest > 600, `a timer of 10 ms fired after ${longest} ms`)
})

t.test('invocations at once have an environment each, up to what is reserved', async (t) => {
  const environments = environmentsOf(t, {}, { mostAtOnce: 2 })
  const both = [0, 1].map((n) => environments.invoke(payload({ n })))
  await t.rejects(environments.invoke(payload({})), { code: 'TooManyRequestsException', status: 429 })
  const pids = (await Promise.all(both)).map((result) => answerOf(result).pid)
  t.equal(new Set(pids).size, 2)
  t.equal(environments.count, 2)
})

t.test('a start that takes too long is ended, and tried again within the time of the function', async (t) => {
  const environments = environmentsOf(t, { environment: { START: 'slow' } }, { initTimeoutMs: 500 })
  const result = await environments.invoke(payload({}))
  t.match(answerOf(result), { isFirst: false, count: 1 })
  t.equal(result.initDurationMs, undefined, 'the second start is part of the invocation')
  t.ok(environments.lines.some((line) => /INIT_REPORT Init Duration: .*Status: timeout/.test(line)))
})

t.test(
  'code that cannot start, ends or is too slow: an error, and the next has a new environment',
  async (t) => {
    const failed = async (environment: Record<string, string>, event: object, timeoutSeconds = 10) => {
      const environments = environmentsOf(t, { environment, timeoutSeconds })
      const result = await environments.invoke(payload(event))
      t.equal(result.functionError, 'Unhandled')
      return { ...answerOf<Failed>(result), environments }
    }
    t.match(await failed({ START: 'error' }, {}), { errorType: 'Runtime.Bad', errorMessage: 'cannot start' })
    t.match(await failed({ START: 'exit' }, {}), {
      errorType: 'Runtime.ExitError',
      errorMessage: /Runtime exited with error: exit status 7$/,
    })
    t.match(await failed({}, { do: 'kill' }), { errorMessage: /error: signal: SIGKILL$/ })
    const { environments, ...late } = await failed({}, { do: 'hang' }, 1)
    t.match(late, {
      errorType: 'Sandbox.Timedout',
      errorMessage: /Error: Task timed out after 1.00 seconds$/,
    })
    t.match(answerOf(await environments.invoke(payload({}))), { count: 1 })
  },
)

t.test("an error of the function's own is passed on, and its environment is kept", async (t) => {
  const environments = environmentsOf(t)
  const result = await environments.invoke(payload({ do: 'fail' }))
  t.match(result, { functionError: 'Unhandled' })
  t.strictSame(answerOf(result), { errorType: 'X', errorMessage: 'no' })
  t.match(answerOf(await environments.invoke(payload({}))), { count: 2 })
})

t.test(
  '6 MB: an event of more is refused, and an answer of more is an error that the code hears of',
  async (t) => {
    const environments = environmentsOf(t)
    const most = 6 * 2 ** 20
    const text = (bytes: number) => ({ payload: Buffer.from(JSON.stringify('x'.repeat(bytes - 2))) })
    await t.rejects(environments.invoke(text(most + 1)), { code: 'RequestTooLargeException', status: 413 })
    await t.rejects(environments.invoke({ payload: Buffer.from('{') }), {
      code: 'InvalidRequestContentException',
    })
    t.equal(environments.count, 0, 'nothing was started for them')
    const fits = await environments.invoke(payload({ do: 'large', bytes: most + 100 }))
    t.equal(fits.payload.length, most + 100)
    const over = await environments.invoke(payload({ do: 'large', bytes: most + 101 }))
    t.match(over, { functionError: 'Unhandled' })
    t.match(answerOf<Failed>(over), {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage:
        'Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes).',
    })
    t.match(answerOf(await environments.invoke(payload({}))), { count: 3 })
    t.ok(environments.lines.includes('large: 202') && environments.lines.includes('large: 413'))
  },
)

t.test(
  'provisioned environments are there before they are asked, and an idle one of the others ends',
  async (t) => {
    const environments = environmentsOf(t, {}, { idleMs: 100 })
    await environments.provision(1)
    t.equal(environments.count, 1)
    const result = await environments.invoke(payload({}))
    t.match(answerOf(result), { type: 'provisioned-concurrency' })
    t.equal(result.initDurationMs, undefined)
    const both = [0, 1].map((n) => environments.invoke(payload({ n })))
    await Promise.all(both)
    t.equal(environments.count, 2)
    while (environments.count > 1) await delay(10)
    t.match(answerOf(await environments.invoke(payload({}))), { type: 'provisioned-concurrency' })
    const broken = environmentsOf(t, { environment: { START: 'error' } })
    await t.rejects(broken.provision(1), { message: /cannot start/ })
  },
)
