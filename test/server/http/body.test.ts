import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { type Body, join } from '../../../src/protocol/body.ts'
import { type BodyProblem, readBody } from '../../../src/server/http/body.ts'

type Options = { announced?: number; limit?: number; grow?: (bytes: number) => boolean }

/** Reads from a stream that the test writes to. */
const arrange = ({ announced, limit = 1000, grow = () => true }: Options) => {
  const stream = new PassThrough()
  const result = new Promise<Body | BodyProblem>((resolve) => {
    readBody(stream as unknown as IncomingMessage, { announced, limit, grow }, resolve)
  })
  return { stream, result }
}

t.test('A body is what came, in one chunk or in many, announced or not', async (t) => {
  const whole = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251))
  for (const announced of [whole.length, undefined]) {
    for (const size of [1000, 65_536, 300_000]) {
      const { stream, result } = arrange({ ...(announced !== undefined && { announced }), limit: 400_000 })
      for (let start = 0; start < whole.length; start += size)
        stream.write(whole.subarray(start, start + size))
      stream.end()
      t.ok(whole.equals(join((await result) as Body)), `${announced} in chunks of ${size}`)
    }
  }
})

t.test('No body is an empty one', async (t) => {
  const { stream, result } = arrange({ announced: 0 })
  stream.end()
  t.strictSame(await result, Buffer.alloc(0))
})

t.test('A chunked body asks before it takes more memory, and never for more than the limit', async (t) => {
  const asked: number[] = []
  const grow = (bytes: number) => asked.push(bytes) > 0
  const { stream, result } = arrange({ limit: 300_000, grow })
  for (let index = 0; index < 30; index += 1) stream.write(Buffer.alloc(10_000))
  stream.end()
  t.equal(((await result) as Body).byteLength, 300_000)
  t.strictSame(asked, [65_536, 131_072, 262_144, 300_000])
})

t.test(
  'An announced body asks for as much as has come, times four, and not for what was announced',
  async (t) => {
    const asked: number[] = []
    const grow = (bytes: number) => asked.push(bytes) > 0
    const { stream, result } = arrange({ announced: 1_000_000, limit: 2_000_000, grow })
    stream.write(Buffer.alloc(60_000))
    stream.write(Buffer.alloc(5000))
    t.strictSame(asked, [], 'the first 64 KiB are granted')
    stream.write(Buffer.alloc(1000))
    t.strictSame(asked, [262_144])
    for (let index = 0; index < 93; index += 1) stream.write(Buffer.alloc(10_000))
    stream.end(Buffer.alloc(4000))
    t.equal(((await result) as Body).byteLength, 1_000_000)
    t.strictSame(asked, [262_144, 1_000_000])
  },
)

t.test(
  'What is too large, or more than may be held, is told at once, and the rest is read and dropped',
  async (t) => {
    for (const [options, problem] of [
      [{ limit: 5 }, 'tooLarge'],
      [{ grow: () => false }, 'refused'],
    ] as [Options, BodyProblem][]) {
      const { stream, result } = arrange(options)
      stream.write('123456')
      t.equal(await result, problem)
      for (let index = 0; index < 100; index += 1) stream.write(Buffer.alloc(10_000))
      stream.end()
      await once(stream, 'end')
      t.equal(stream.readableLength, 0)
    }
  },
)

t.test('A client that goes away in the middle is told', async (t) => {
  const { stream, result } = arrange({ announced: 100 })
  stream.write('123')
  stream.destroy(new Error('aborted'))
  t.equal(await result, 'aborted')
})
