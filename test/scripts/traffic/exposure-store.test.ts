import type { PutObjectCommand } from '@aws-sdk/client-s3'
import t from 'tap'
import { createExposureStore, type StoreOptions } from '../../../scripts/traffic/exposure-store.ts'

type Put = { Bucket: string; Key: string; Body: string }

/** A store whose S3 does what `answer` says, and what it was sent. */
const start = (options: Partial<StoreOptions> = {}, answer: (put: Put) => Promise<void> = async () => {}) => {
  const puts: Put[] = []
  const errors: string[] = []
  const store = createExposureStore({
    s3: {
      send: async (command: PutObjectCommand) => {
        const put = command.input as Put
        puts.push(put)
        await answer(put)
      },
    } as never,
    location: 's3://bucket/some/prefix/',
    onError: ({ message }, { waiting }) => errors.push(`${message}: ${waiting}`),
    ...options,
  })
  return { store, puts, errors }
}

const turns = async (isDone: () => boolean) => {
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve))
}

t.test('lines are JSON in files by day', async (t) => {
  const { store, puts } = start()
  store.add({ user: 'a', name: 'Zoë' })
  store.add({ user: 'b' })
  t.match(store.stats(), { waiting: 2, written: 0 })
  await store.flush()
  await store.flush()
  t.match(puts, [{ Bucket: 'bucket', Body: '{"user":"a","name":"Zoë"}\n{"user":"b"}\n' }])
  t.equal(puts.length, 1, 'and nothing is sent where nothing waits')
  const [year, month, day] = new Date().toISOString().slice(0, 10).split('-')
  t.match(puts[0]?.Key, new RegExp(`^some/prefix/${year}/${month}/${day}/[^/]+\\.jsonl$`))
  t.strictSame(store.stats(), { waiting: 0, written: 2, dropped: 0, failures: 0 })
})

t.test('a bucket without a prefix has no empty folder', async (t) => {
  const { store, puts } = start({ location: 's3://bucket' })
  store.add({})
  await store.flush()
  t.match(puts[0]?.Key, /^\d{4}\//)
})

t.test('a batch is sent when it is large, or old', async (t) => {
  const large = start({ batchBytes: 100 })
  for (let index = 0; index < 10; index++) large.store.add({ text: 'x'.repeat(38) })
  await turns(() => large.store.stats().waiting === 0)
  t.equal(large.puts.length, 5)
  const old = start({ batchAgeMs: 5 })
  old.store.add({})
  // The store's own timer holds up no process.
  const alive = setInterval(() => {}, 1000)
  await turns(() => old.puts.length === 1)
  clearInterval(alive)
})

t.test(
  'where S3 is down lines are kept, up to a bound, and sent under the same key when it is back',
  async (t) => {
    let isDown = true
    const { store, puts, errors } = start({ maxBytes: 200 }, async () => {
      if (isDown) throw new Error('down')
    })
    for (let index = 0; index < 10; index++) store.add({ text: 'x'.repeat(28) })
    await store.flush()
    t.strictSame(errors, ['down: 5'])
    t.match(store.stats(), { waiting: 5, dropped: 5, failures: 1, written: 0 })
    store.add({ text: 'x'.repeat(28) })
    t.match(store.stats(), { waiting: 5, dropped: 6 }, 'those on their way count')
    isDown = false
    await store.flush()
    t.equal(puts.length, 2)
    t.equal(puts[1]?.Key, puts[0]?.Key)
    t.strictSame(store.stats(), { waiting: 0, written: 5, dropped: 6, failures: 1 })
    store.add({ text: 'x'.repeat(28) })
    await store.flush()
    t.match(store.stats(), { written: 6, dropped: 6 }, 'and there is room again')
  },
)

t.test('lines that come while a batch is on its way are of the next one', async (t) => {
  let go = () => {}
  const { store, puts } = start({}, () => new Promise((resolve) => (go = resolve)))
  store.add({ n: 1 })
  const first = store.flush()
  store.add({ n: 2 })
  const second = store.flush()
  go()
  await turns(() => puts.length === 2)
  go()
  await Promise.all([first, second])
  t.strictSame(
    puts.map(({ Body }) => Body),
    ['{"n":1}\n', '{"n":2}\n'],
  )
})
