import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { describeDamage } from '../../../src/worker/engine/damage.ts'
import { explain } from '../../../src/worker/engine/explain.ts'
import { inspect } from '../../../src/worker/inspect.ts'
import { fixture, ROOT } from '../../fixtures/index.ts'

const REFUSED = `${ROOT}test/fixtures/refused`

const refusal = (model: string): Promise<string> =>
  inspect({ model, device: 'cpu', threads: 1, copy: 'prepacked', run: true }).then(
    () => 'it was served',
    (error: Error) => {
      if (error.name !== 'StartupError') throw error
      return error.message
    },
  )

/** What a model is refused with: the thing by its name, and what to do. */
const WORDS: Record<string, RegExp> = {
  'bfloat16.onnx': /input "x" is of type bfloat16, which is not supported: .*a Cast at each end/,
  'float8.onnx': /input "x" is of type float8e4m3fn, which is not supported: .*float32/,
  'int4.onnx': /input "x" is of type int4, which is not supported: .*float32/,
  'complex.onnx': /input "x" is of type complex64, which is not supported: .*float32/,
  'bfloat16-inside.onnx':
    /cannot compute operator Mul \(opset 14, node "square"\) .*convert the model to float32/,
  'opset-99.onnx': /opset 99 of ai\.onnx, .*up to \d+: export it with opset_version=\d+/,
  'ml-opset-77.onnx':
    /opset 77 of ai\.onnx\.ml, .*up to \d+: export it with target_opset=\{"ai\.onnx\.ml": \d+\}/,
  'ir-99.onnx': /IR version 99, .*up to \d+: .*model\.ir_version = \d+/,
  'custom-operator.onnx': /operator "Foo" of the domain "my\.domain" is a custom operator.*make_function/,
  'extension.onnx': /operator "BertTokenizer" of the domain "ai\.onnx\.contrib".*onnxruntime-extensions/,
  'no-such-operator.onnx': /operator "Foo" is not one of ONNX's.*\(opset 20\)/,
  'sequence-input.onnx':
    /input "s" is of type sequence of float32, which is not supported: .*stacked into one/,
  'sequence-output.onnx': /output "s" is no tensor but a sequence of float32: .*ConcatFromSequence/,
  'optional-input.onnx': /input "o" is of type optional of float32, which is not supported: .*always given/,
  'locale.onnx': /lacks the locale "tlh_QO\.UTF-8": .*localedef -i tlh_QO -f UTF-8 tlh_QO\.UTF-8/,
  'external.onnx': /weights is missing: "w" is in "weights\.bin"/,
}

t.test('each reason is named, with what to do', async (t) => {
  const files = readdirSync(REFUSED).filter((name) => name.endsWith('.onnx'))
  t.strictSame(files.sort(), Object.keys(WORDS).sort())
  for (const [name, words] of Object.entries(WORDS)) {
    const message = await refusal(join(REFUSED, name))
    t.match(message, words, name)
    t.notMatch(message, /\n|onnxruntime_src/, name)
  }
})

const folderOf = (t: Test, files: Record<string, Uint8Array | string>): string => {
  const folder = t.testdir({})
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

t.test('a file that is cut off says where it should end', async (t) => {
  const whole = readFileSync(`${fixture('tabular')}/model.onnx`)
  const of = (content: Uint8Array) => refusal(folderOf(t, { 'model.onnx': content }))
  t.match(
    await of(whole.subarray(0, 1000)),
    /truncated: by what it says of its graph it goes on to byte \d+ at least, and it ends at byte 1000/,
  )
  t.match(await of(Buffer.alloc(1000)), /has 1000 bytes and begins with zeros/)
  t.match(await of(whole.subarray(20)), /begins with ([0-9a-f]{2} ){5}|damaged at byte \d+|has no graph/)
  const broken = Buffer.from(whole).fill(0xff, 100, 140)
  t.match(await of(broken), /has all of its \d+ bytes, and something inside its graph is damaged/)
  t.match(await of(Buffer.from([8, 8, 18, 2, 65, 66])), /has 6 bytes and no graph/)
})

t.test('any cut of a model has an answer, in a moment', async (t) => {
  const whole = readFileSync(`${fixture('add-one')}/model.onnx`)
  const folder = t.testdir({})
  const file = join(folder, 'cut.onnx')
  const unclear: number[] = []
  for (let length = 1; length < whole.length; length += 1) {
    writeFileSync(file, whole.subarray(0, length))
    if (!/truncated|no graph|damaged|begins with/.test(describeDamage(file))) unclear.push(length)
  }
  t.strictSame(unclear, [])
})

t.test('more than protobuf holds is told to keep its weights outside', async (t) => {
  const folder = folderOf(t, { 'model.onnx': Buffer.from([8, 8]) })
  truncateSync(join(folder, 'model.onnx'), 2 ** 31 + 5)
  t.match(describeDamage(join(folder, 'model.onnx')), /save_as_external_data=True/)
})

t.test('external data that is cut off, a pointer of git-LFS, or a link out of the folder', async (t) => {
  const data = readFileSync(`${fixture('external-data')}/model.onnx.data`)
  const model = readFileSync(`${fixture('external-data')}/model.onnx`)
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 40\n'.slice(0, 38)
  for (const content of [data.subarray(0, 20), pointer])
    t.match(
      await refusal(folderOf(t, { 'model.onnx': model, 'model.onnx.data': content })),
      /weights is truncated, or a git-LFS pointer: the weights "[wb]" lie beyond its \d+ bytes/,
    )
  const folder = folderOf(t, { 'outside/data': data, 'model/x': '' })
  copyFileSync(`${fixture('external-data')}/model.onnx`, join(folder, 'model', 'model.onnx'))
  symlinkSync('../outside/data', join(folder, 'model', 'model.onnx.data'))
  t.match(
    await refusal(join(folder, 'model')),
    /not in the model's folder, links followed: "[wb]" is in "model\.onnx\.data"\. Copy the file itself there/,
  )
})

t.test("of CUDA's errors what CUDA says is left", async (t) => {
  const message =
    '/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:146 std::conditional_t<THRW, void, onnxruntime::common::Status> onnxruntime::CudaCall(ERRTYPE, int) [with ERRTYPE = cudaError; bool THRW = true] CUDA failure 2: out of memory ; GPU=0 ; hostname=h ; file=/onnxruntime_src/cuda_allocator.cc ; line=69 ; expr=cudaMalloc((void**)&p, size); \n'
  t.equal(explain(new Error(message)), 'CUDA failure 2: out of memory')
})
