import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { freePort } from '../../benchmark/lib/server.ts'
import { fixture } from '../fixtures/index.ts'
import { constant, encodeModel, type Graph } from '../fixtures/onnx-proto.ts'
import { skip as withoutNginx } from '../server/front/with-nginx.ts'
import { launch, PROGRAM, serve, until } from './serve.ts'

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? ''

const FAILURES: [string, string[], RegExp][] = [
  ['a folder that does not exist', ['--model', '/does/not/exist'], /no model at \/does\/not\/exist/],
  ['a folder without a model', ['--model', fixture('empty')], /no .*\.?onnx/i],
  ['a corrupt model', ['--model', fixture('corrupt')], /has 512 bytes and begins with/],
  ['an operator that is not there', ['--model', fixture('missing-operator')], /NoSuchOperator/],
  ['two models and no choice', ['--model', fixture('two-models')], /a\.onnx.*b\.onnx/],
  [
    'CUDA without its provider',
    ['--model', fixture('add-one'), '--device', 'cuda'],
    /libonnxruntime_providers_cuda\.so/,
  ],
]

for (const [what, args, expected] of FAILURES) {
  t.test(`${what} ends the start with a clear last line`, async (t) => {
    const served = await launch(args)
    t.equal(await served.exited, 1)
    t.match(lastLine(served.output()), expected)
    t.notMatch(served.output(), /^\s+at /m, 'no stack trace')
  })
}

t.test('wrong settings are all reported at once', async (t) => {
  const served = await launch(['--workers', 'many', '--colour', 'blue', 'train'], {
    SAGEMAKER_BIND_TO_PORT: '99999',
  })
  t.equal(await served.exited, 2)
  for (const expected of [
    /--workers: .*"many"/,
    /--colour: unknown/,
    /train: /,
    /SAGEMAKER_BIND_TO_PORT: .*"99999"/,
  ]) {
    t.match(served.output(), expected)
  }
})

t.test('--help lists the settings and ends with 0', async (t) => {
  const served = await launch(['--help'])
  t.equal(await served.exited, 0)
  t.match(served.output(), /--max-batch-delay-ms/)
})

t.test('a port in use is named', async (t) => {
  const port = await freePort()
  const other = createServer().listen(port, '127.0.0.1')
  t.teardown(() => other.close())
  const served = await launch(['--model', fixture('add-one'), '--workers', '1', '--port', String(port)])
  t.equal(await served.exited, 1)
  t.match(lastLine(served.output()), new RegExp(`port ${port} is in use`))
})

// That it works for each model is tried in test/worker/example-request.test.ts.
for (const model of ['two-in-two-out', 'images']) {
  t.test(`the banner of ${model} has a request that works when pasted`, async (t) => {
    const served = await serve(['--model', fixture(model), '--workers', '1'])
    t.teardown(() => served.stop())
    await until(() => served.output().includes('Try it:'))
    const line = served.output().split('Try it:')[1]?.trim() ?? ''
    const answer = execFileSync('sh', ['-c', `${line} -s -w ' %{http_code}'`], { encoding: 'utf8' })
    t.match(answer, / 200$/, line)
  })
}

t.test('SIGTERM during the start ends it at once', async (t) => {
  const served = await launch(['--model', fixture('slow')])
  await until(() => served.output().includes('listening'))
  t.equal(await served.stop(), 0)
})

t.test('device auto warns once and uses the CPU', async (t) => {
  const served = await serve(['--model', fixture('add-one'), '--workers', '1', '--device', 'auto'])
  t.teardown(() => served.stop())
  t.equal(served.output().match(/WARN/g)?.length, 1)
  t.match(served.output(), /CUDA cannot be used/)
})

/** A folder with a model of one input and one output, x and y. */
const folderOf = (t: Test, graph: Graph): string => {
  const folder = t.testdir()
  writeFileSync(`${folder}/model.onnx`, encodeModel(graph))
  return folder
}

t.test('a model whose every run is endless is served without a trial, and says so', async (t) => {
  const model = folderOf(t, {
    inputs: { x: 'float32[n,1]' },
    outputs: { y: 'float32[n,1]' },
    nodes: [
      {
        op: 'Loop',
        inputs: ['trips', '', 'x'],
        outputs: ['y'],
        attributes: {
          body: {
            inputs: { iteration: 'int64[]', go_on: 'bool[]', before: 'float32[n,1]' },
            outputs: { go_on_out: 'bool[]', after: 'float32[n,1]' },
            nodes: [
              { op: 'Identity', inputs: ['go_on'], outputs: ['go_on_out'] },
              { op: 'Identity', inputs: ['before'], outputs: ['after'] },
            ],
          },
        },
      },
    ],
    initializers: { trips: constant('int64', [], [1e12]) },
  })
  const served = await serve(['--model', model, '--workers', '1', '--start-timeout-ms', '4000'])
  t.teardown(() => served.stop())
  t.match(
    served.output(),
    /a trial of the model with random inputs did not end within 4 s, so it is served without one/,
  )
})

t.test(
  'a request is not cut or joined where rows depend on each other, and batch transform is told',
  async (t) => {
    const model = folderOf(t, {
      inputs: { x: 'float32[n,1]' },
      outputs: { y: 'float32[n,1]' },
      nodes: [{ op: 'Softmax', inputs: ['x'], outputs: ['y'], attributes: { axis: 0 } }],
    })
    const served = await serve(['--model', model, '--workers', '1', '--max-batch-size', '2'])
    t.teardown(() => served.stop())
    t.match(served.output(), /requests are neither joined into batches nor cut: .*"rows: true"/)
    const x = Array.from({ length: 5 }, () => [0])
    const answers = await Promise.all(Array.from({ length: 8 }, () => served.json({ inputs: x })))
    for (const { status, body } of answers) {
      t.equal(status, 200)
      t.strictSame(
        (body as { outputs: number[][] }).outputs.map(([y]) => y?.toFixed(4)),
        Array(5).fill('0.2000'),
      )
    }
    const parameters = await (await fetch(`${served.url}/execution-parameters`)).json()
    t.match(parameters, { BatchStrategy: 'SINGLE_RECORD' })
  },
)

t.test('too few open files end the start with the name of the limit', async (t) => {
  const command = 'ulimit -n 64; exec "$0" "$@"'
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', command, process.execPath, PROGRAM, '--model', fixture('add-one')],
    {
      encoding: 'utf8',
    },
  )
  t.equal(status, 1)
  t.match(lastLine(stderr), /`ulimit -n` allows 64 open files, and the server needs \d+/)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} to npm start ends the server, not npm alone`, async (t) => {
    const port = await freePort()
    const settings = [
      '--model',
      fixture('add-one'),
      '--workers',
      '1',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
    ]
    const args = ['start', '--', ...settings]
    const npm = spawn('npm', args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
    // What is left over holds the pipe open: it is closed when the last one has ended.
    const ended = new Promise((resolve) => npm.once('close', resolve))
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/ping`).then(
        ({ ok }) => ok,
        () => false,
      )
    await until(answers)
    npm.stdout.resume()
    // As a shell's `kill $!` sends it; Ctrl-C goes to the whole group.
    process.kill((signal === 'SIGINT' ? -1 : 1) * (npm.pid ?? 0), signal)
    t.equal(await ended, 0)
    t.notOk(await answers())
  })
}

t.test(
  'a server that is killed takes nginx with it, and can be started again',
  { skip: withoutNginx },
  async (t) => {
    const settings = ['--model', fixture('add-one'), '--workers', '1', '--front', 'nginx']
    const port = String(await freePort())
    const first = await serve(settings, { SERVING_PORT: port })
    first.process.kill('SIGKILL')
    await first.exited
    const second = await serve(settings, { SERVING_PORT: port })
    t.equal(await second.stop(), 0)
  },
)
