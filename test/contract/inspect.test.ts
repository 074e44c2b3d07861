import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { DIGITS, example, fixture, ROOT } from '../fixtures/index.ts'

const PROGRAM = fileURLToPath(new URL('../../dist/inspect.js', import.meta.url))

type Ended = { code: number | string; stdout: string; stderr: string }

const run = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) =>
    execFile(process.execPath, [PROGRAM, ...args], { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    ),
  )

t.test('says in ten lines what a folder is', async (t) => {
  const { code, stdout } = await run(`${DIGITS}/model`, '--device', 'cpu')
  t.equal(code, 0)
  const lines = stdout.trimEnd().split('\n')
  t.equal(lines.length, 10)
  t.match(lines, [
    /^examples\/digits\/model$/,
    /^ {2}task {8}images, or tensors in, ranked classes out$/,
    /^ {2}inputs {6}image float32\[batch,1,16,16\]$/,
    /^ {2}outputs {5}logits float32\[batch,10\]$/,
    /^ {2}preprocess {2}color gray, resize width 16 height 16, /,
    /^ {2}labels {6}10: "0", "1", "2", "3", "4" and 5 more$/,
    /^ {2}rows {8}independent: batches of up to 32$/,
    /^ {2}device {6}cpu$/,
    /^ {2}request$/,
    /^ {4}.*curl --data-binary @.* -H 'Content-Type: image\/png' http:\/\/localhost:8080\/invocations$/,
  ])
})

t.test('says of code without a model what the code is', async (t) => {
  const { code, stdout } = await run(example('handler'), '--device', 'cpu')
  t.equal(code, 0)
  t.match(stdout.trimEnd().split('\n'), [
    /^examples\/handler\/model$/,
    /^ {2}task {8}what its code makes of requests$/,
    /^ {2}code {8}code\/inference\.ts: predict$/,
    /^ {2}request$/,
    /^ {4}curl -d '\{"input":4\}'/,
  ])
})

t.test('says the same as JSON', async (t) => {
  const { code, stdout } = await run(fixture('rows-changed'), '--json', '--device=cpu', '--port=9000')
  t.equal(code, 0)
  t.match(JSON.parse(stdout), {
    name: 'rows-changed',
    task: 'tensors in, tensors out',
    inputs: ['x float32[batch,2]'],
    outputs: ['y float32[m,2]'],
    preprocess: 'none',
    labels: [],
    rows: /^not known to be independent/,
    device: 'cpu',
    request: /^curl -d '\{"inputs":\[\[.*http:\/\/localhost:9000\/invocations$/,
    tried: true,
    warnings: [/rows: true/],
  })
})

t.test(
  'ends with 1 and the reason where a folder cannot be served, with 2 for wrong arguments',
  async (t) => {
    t.match(await run(fixture('two-models'), '--device', 'cpu'), {
      code: 1,
      stdout: '',
      stderr: /^.*holds 2 models, "a\.onnx", "b\.onnx": name one in serving\.yaml.*\n$/,
    })
    t.match(await run(), { code: 2, stderr: 'expected one folder; see --help\n' })
    t.match(await run('a', '--colour'), { code: 2, stderr: /--colour/ })
    t.match(await run('a', '--device', 'tpu'), { code: 2, stderr: /--device: expected one of auto, cpu/ })
    t.match(await run('--help'), { code: 0, stdout: /npm run inspect -- DIR/ })
  },
)
