import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadDeployment } from '../../../scripts/config/load.ts'
import { nameFrom } from '../../../scripts/init/first-file.ts'
import { instanceFor } from '../../../scripts/init/model-facts.ts'
import { ROOT } from '../../fixtures/index.ts'
import { aProgram } from '../cli/a-program.ts'
import { capture } from '../with-rehearsal.ts'

const aFolder = (t: Test, model = 'examples/digits/model') => {
  const folder = t.testdir({ flowers: {} })
  cpSync(`${ROOT}${model}`, join(folder, 'flowers/model'), { recursive: true })
  return join(folder, 'flowers')
}

/** Gives what it prints. */
const init = async (folder: string, ...argv: string[]): Promise<string> => {
  const output = capture()
  await aProgram(output).parseAsync([
    'node',
    'endpoint',
    'init',
    ...argv,
    '--file',
    join(folder, 'endpoint.yaml'),
  ])
  return output.texts.join('\n')
}

t.test('a first file says what the folder is, and is valid', async (t) => {
  const folder = aFolder(t)
  await init(folder, join(folder, 'model'))
  const file = join(folder, 'endpoint.yaml')
  t.match(readFileSync(file, 'utf8'), /\n# model\.onnx, 4\d\.\d kB\nmodel: \.\/model\n/)
  const { deployment, warnings } = loadDeployment(file)
  t.strictSame(warnings, [])
  t.match(deployment, {
    endpoint: 'flowers',
    role: 'arn:aws:iam::123456789012:role/sagemaker',
    variants: [{ model: { path: join(folder, 'model') }, compute: { type: 'ml.m7i.large', count: 1 } }],
  })
  await t.rejects(init(folder, join(folder, 'model')), { exitCode: 2, message: /already there/ })
})

t.test('each of its suggestions is valid, alone and all together', async (t) => {
  const folder = aFolder(t)
  writeFileSync(join(folder, 'request.json'), '[[0]]')
  await init(folder, join(folder, 'model'), '--role', 'arn:aws:iam::123456789012:role/mine')
  const file = join(folder, 'endpoint.yaml')
  const blocks = readFileSync(file, 'utf8').split('\n\n')
  const asWritten = (block: string) => block.replace(/^# (?=\w+:| {2})/gm, '')
  const suggested = blocks.flatMap((block, at) => (asWritten(block) === block ? [] : [at]))
  t.ok(suggested.length >= 5, `${suggested.length} suggestions`)
  for (const chosen of [...suggested.map((at) => [at]), suggested]) {
    const text = blocks.map((block, at) => (chosen.includes(at) ? asWritten(block) : block)).join('\n\n')
    writeFileSync(file, text)
    const environment = /^environments:/m.test(text) ? 'production' : undefined
    t.strictSame(loadDeployment(file, environment).warnings, [], text)
  }
})

t.test('a handler is a folder that is made, and its file', async (t) => {
  const folder = t.testdir()
  const made = join(folder, 'squares')
  await init(folder, made, '--handler', '--instance', 'ml.c7i.xlarge', '--name', 'squares')
  // Compiled tests find compiled examples.
  t.ok(readdirSync(join(made, 'code')).some((name) => name.startsWith('inference.')))
  t.match(readFileSync(join(made, 'code/onnx-serving.d.ts'), 'utf8'), /^declare module 'onnx-serving' \{/)
  t.match(loadDeployment(join(folder, 'endpoint.yaml')).deployment, {
    endpoint: 'squares',
    variants: [{ compute: { type: 'ml.c7i.xlarge' } }],
  })
  const before = readFileSync(join(folder, 'endpoint.yaml'), 'utf8')
  t.match(
    await init(folder, join(folder, 'second'), '--handler', 'state'),
    /npm start -- --model .*second --workers 1\n/,
    'it takes one worker',
  )
  t.ok(existsSync(join(folder, 'second/code/package.json')), 'a second one beside the same file')
  t.equal(readFileSync(join(folder, 'endpoint.yaml'), 'utf8'), before, 'which stays')
  await t.rejects(init(join(folder, 'third'), join(folder, 'third'), '--handler', '--name', 'No'), {
    exitCode: 2,
    message: /name: /,
  })
  t.notOk(existsSync(join(folder, 'third/code/package.json')), 'nothing is left of what was not valid')
  await t.rejects(init(`${folder}/squares`, made, '--handler'), {
    exitCode: 2,
    message: /inference\.[jt]s.*already there, and nothing is overwritten/,
  })
  await t.rejects(init(`${folder}/squares`, made, '--handler', 'nope'), {
    message: /there is no handler nope/,
    fix: /name handler, photo-link, state/,
  })
})

t.test('what is no model or no valid flag leaves no file', async (t) => {
  const folder = aFolder(t)
  const file = join(folder, 'endpoint.yaml')
  await t.rejects(init(folder, join(folder, 'nowhere')), {
    message: /there is no model folder/,
    fix: /--handler/,
  })
  await t.rejects(init(folder, folder), { message: /Model folder is not valid/ })
  await t.rejects(init(folder, join(folder, 'model'), '--name', 'No Name'), {
    exitCode: 2,
    message: /name: /,
  })
  await t.rejects(init(folder, join(folder, 'model'), '--instance', 'ml.no'), {
    exitCode: 2,
    message: /ml\.no/,
  })
  t.notOk(existsSync(file))
})

t.test('names come from folders, and instances from sizes', async (t) => {
  t.equal(nameFrom('My Flowers_v2'), 'my-flowers-v2')
  t.equal(nameFrom('2026'), 'model')
  t.equal(nameFrom('x'.repeat(99)).length, 52)
  t.equal(instanceFor(1e6).type, 'ml.m7i.large')
  t.equal(instanceFor(5e9).type, 'ml.m7i.xlarge')
  t.equal(instanceFor(1e12).type, 'ml.m7i.12xlarge')
})
