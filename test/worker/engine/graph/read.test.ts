import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import t, { type Test } from 'tap'
import { readOnnx } from '../../../../src/worker/engine/graph/read.ts'
import { describeType } from '../../../../src/worker/engine/graph/types.ts'
import { WireError } from '../../../../src/worker/engine/graph/wire.ts'
import { fixture } from '../../../fixtures/index.ts'
import { constant, encodeModel } from '../../../fixtures/onnx-proto.ts'

const model = (name: string): string => join(fixture(name), 'model.onnx')

t.test(
  'what is in a file: inputs, outputs, nodes, operators of subgraphs, versions, external data',
  async (t) => {
    const looped = readOnnx(model('hangs'))
    t.strictSame([...looped.opsets], [['', 17]])
    t.match(looped.inputs, [{ name: 'x', type: { kind: 'tensor', element: 'float32', dims: ['batch', 1] } }])
    t.ok(looped.operators.has('Loop') && looped.operators.has('Identity'), 'those of the loop too')
    t.notOk(
      looped.nodes.some(({ op }) => op === 'Identity'),
      'which are no nodes of the graph',
    )
    t.strictSame([...looped.elementTypes].sort(), ['bool', 'float32', 'int64'])
    t.strictSame([...readOnnx(model('external-data')).externalFiles], ['model.onnx.data'])
    const [sequence] = readOnnx(model('sequence-output')).outputs
    t.equal(sequence && describeType(sequence.type), 'sequence of float32')
  },
)

t.test('weights are passed over: a file of 2 GB is read in no time, in little memory', async (t) => {
  const gigabytes = 2 ** 31 - 2 ** 12
  const file = join(t.testdir(), 'large.onnx')
  const message = (field: number, content: Uint8Array) =>
    new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(content).finish()
  const head = (field: number, length: number) =>
    new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(length).finish()
  const node = message(1, message(4, Buffer.from('Relu')))
  const name = message(8, Buffer.from('w'))
  const raw = head(9, gigabytes)
  const tensor = head(5, name.length + raw.length + gigabytes)
  const graph = head(7, tensor.length + name.length + raw.length + gigabytes + node.length)
  const start = Buffer.concat([graph, tensor, name, raw])
  writeFileSync(file, start)
  // A file with a hole, which takes no space.
  truncateSync(file, start.length + gigabytes)
  writeFileSync(file, node, { flag: 'a' })
  const before = process.memoryUsage().rss
  const { nodes, initializers } = readOnnx(file)
  t.strictSame(
    nodes.map(({ op }) => op),
    ['Relu'],
  )
  t.strictSame([...initializers.keys()], ['w'])
  t.ok(process.memoryUsage().rss - before < 64 * 2 ** 20)
})

const refused = (t: Test, bytes: Uint8Array, what: RegExp, message: string): void => {
  const file = join(t.testdir(), 'broken.onnx')
  writeFileSync(file, bytes)
  const start = performance.now()
  t.throws(() => readOnnx(file), { name: 'WireError', message: what }, message)
  t.ok(performance.now() - start < 2000, 'in time')
}

t.test('a file that is broken says where', async (t) => {
  const whole = readFileSync(model('tabular'))
  refused(t, whole.subarray(0, 2000), /^byte \d+: .*ends at 2000; the file may be cut short/, 'cut short')
  refused(t, Buffer.from('version https://git-lfs.github.com/spec/v1'), /^byte \d+: /, 'text')
  refused(t, new Uint8Array(), /no graph in 0 bytes/, 'empty')
  refused(t, Buffer.alloc(10_000, 0xff), /^byte 0: /, 'a number without an end')
  refused(
    t,
    Buffer.concat([Buffer.from([8]), Buffer.alloc(100_000, 0x80)]),
    /^byte 0: /,
    'a value without an end',
  )
  refused(t, Buffer.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f]), /^byte 0: .*cut short/, 'a length of 4 GB')
  refused(t, Buffer.from([0x3b]), /no field of ONNX/, 'a group')
  refused(
    t,
    Buffer.from([0x3a, 3, 0x0a, 0x20, 0x0a]),
    /^byte 2: .*ends at 5/,
    'a field longer than its message',
  )
})

t.test('subgraphs fifty thousand deep are refused, and so are types', async (t) => {
  // Each level is a message in a message, so its length is that of all below it.
  const nested = (levels: number, path: readonly number[]): Uint8Array => {
    const heads: Uint8Array[] = []
    let length = 0
    for (let level = 0; level < levels; level++)
      for (const field of path.toReversed()) {
        const head = new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(length).finish()
        heads.push(head)
        length += head.length
      }
    return Buffer.concat(heads.toReversed())
  }
  const graphs = nested(50_000, [1, 5, 6])
  const inModel = (field: number, bytes: Uint8Array) =>
    new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(bytes).finish()
  refused(t, inModel(7, graphs), /subgraphs lie more than 64 deep/, 'graphs')
  refused(
    t,
    inModel(7, inModel(12, inModel(2, nested(50_000, [4, 1])))),
    /types lie more than 16 deep/,
    'types',
  )
})

t.test('any file cut at any place is read or refused, and nothing else', async (t) => {
  const whole = encodeModel({
    inputs: { x: 'float32[batch,2]' },
    outputs: { y: 'sequence float32[2]', z: 'float32[batch,2]' },
    nodes: [{ op: 'Mul', inputs: ['x', 'w'], outputs: ['z'], attributes: { axis: 1 } }],
    initializers: { w: constant('float32', [1], [2]) },
  })
  const file = join(t.testdir(), 'any.onnx')
  const wrong: string[] = []
  const attempt = (bytes: Uint8Array, what: string): void => {
    writeFileSync(file, bytes)
    try {
      readOnnx(file)
    } catch (error) {
      if (!(error instanceof WireError)) wrong.push(`${what}: ${error}`)
    }
  }
  for (let end = 0; end < whole.length; end++) attempt(whole.subarray(0, end), `cut at ${end}`)
  for (let at = 0; at < whole.length; at++)
    for (const byte of [0, 0x7f, 0x80, 0xff]) {
      const changed = Buffer.from(whole)
      changed[at] = byte
      attempt(changed, `${byte} at ${at}`)
    }
  t.strictSame(wrong, [])
})

t.test('a graph of fifty thousand nodes is read in a second or so', async (t) => {
  const file = join(t.testdir(), 'long.onnx')
  const nodes = Array.from({ length: 50_000 }, (_, index) => ({
    op: 'Neg',
    inputs: [`x${index}`],
    outputs: [`x${index + 1}`],
  }))
  writeFileSync(file, encodeModel({ inputs: { x0: 'float32[n]' }, outputs: { x50000: 'float32[n]' }, nodes }))
  const start = performance.now()
  t.equal(readOnnx(file).nodes.length, 50_000)
  t.ok(performance.now() - start < 10_000)
})
