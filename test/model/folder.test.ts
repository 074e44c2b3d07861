import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { readModelFolder } from '../../src/model/folder.ts'

/** A folder with these files; the content of an ONNX file does not matter here. */
const folderOf = (t: Test, files: Record<string, string>): string => {
  const folder = t.testdir({ outside: { 'labels.txt': 'secret\n', 'other.onnx': 'x' }, model: {} })
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, 'model', name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  return join(folder, 'model')
}

const errorOf = (path: string): string => {
  try {
    readModelFolder(path)
  } catch (error) {
    if (error instanceof Error && error.name === 'StartupError') return error.message
    throw error
  }
  return ''
}

t.test('takes the only ONNX file, with the defaults of a folder without serving.yaml', async (t) => {
  const folder = folderOf(t, { 'net.onnx': 'x', 'readme.md': '' })
  t.same(readModelFolder(folder), {
    name: 'model',
    file: join(folder, 'net.onnx'),
    config: {
      postprocess: { softmax: false },
      limits: { maxImagePixels: 25_000_000, maxRows: 1_000_000, maxResponseBytes: 26_214_400 },
    },
  })
})

t.test('prefers the file that serving.yaml names, then model.onnx', async (t) => {
  const files = { 'a.onnx': 'x', 'model.onnx': 'x', 'onnx/b.onnx': 'x' }
  const folder = folderOf(t, files)
  t.equal(readModelFolder(folder).file, join(folder, 'model.onnx'))
  writeFileSync(join(folder, 'serving.yaml'), 'model: onnx/b.onnx')
  t.equal(readModelFolder(folder).file, join(folder, 'onnx', 'b.onnx'))
})

t.test('takes an ONNX file by itself, with the serving.yaml beside it', async (t) => {
  const folder = folderOf(t, {
    'a.onnx': 'x',
    'b.onnx': 'x',
    'serving.yaml': 'model: b.onnx\nlabels: [x, y]',
  })
  const { name, file, labels } = readModelFolder(join(folder, 'a.onnx'))
  t.same({ name, file, labels }, { name: 'a', file: join(folder, 'a.onnx'), labels: ['x', 'y'] })
})

t.test('reads labels from a file', async (t) => {
  const folder = folderOf(t, { 'm.onnx': 'x', 'serving.yaml': 'labels: l.txt', 'l.txt': 'cat\r\ndog\r\n' })
  t.same(readModelFolder(folder).labels, ['cat', 'dog'])
})

t.test('names the folder that does not exist', async (t) => {
  t.match(errorOf('/nowhere/at/all'), /^no model at \/nowhere\/at\/all: give a folder/)
})

t.test('lists what lies in a folder without a model, shortened', async (t) => {
  const names = Array.from({ length: 11 }, (_, i) => `file-${String(i).padStart(2, '0')}`)
  t.match(errorOf(folderOf(t, {})), /no \.onnx file in .*: it is empty/)
  const folder = folderOf(t, Object.fromEntries(names.map((name) => [name, ''])))
  t.match(errorOf(folder), /it holds "file-00", "file-01", .*"file-04" and 6 more$/)
})

t.test('asks for a choice between several models', async (t) => {
  const folder = folderOf(t, { 'a.onnx': 'x', 'b.onnx': 'x' })
  t.match(
    errorOf(folder),
    /holds 2 models, "a\.onnx", "b\.onnx": name one in serving\.yaml, e\.g\. "model: a\.onnx"/,
  )
})

t.test('says which file of serving.yaml is missing or no file', async (t) => {
  const folder = folderOf(t, { 'a.onnx': 'x', 'serving.yaml': 'model: c.onnx', 'sub/x': '' })
  t.equal(errorOf(folder), 'serving.yaml: model: there is no file c.onnx in the model folder')
  writeFileSync(join(folder, 'serving.yaml'), 'labels: l.txt')
  t.equal(errorOf(folder), 'serving.yaml: labels: there is no file l.txt in the model folder')
  writeFileSync(join(folder, 'serving.yaml'), 'labels: sub')
  t.equal(errorOf(folder), 'serving.yaml: labels: sub is not a file')
})

t.test('refuses names and links that lead out of the folder', async (t) => {
  const folder = folderOf(t, { 'a.onnx': 'x' })
  symlinkSync('../outside/labels.txt', join(folder, 'link.txt'))
  symlinkSync('../outside', join(folder, 'sub'))
  for (const [key, name] of [
    ['labels', '../outside/labels.txt'],
    ['labels', 'link.txt'],
    ['labels', 'sub/labels.txt'],
    ['model', '../outside/other.onnx'],
  ]) {
    writeFileSync(join(folder, 'serving.yaml'), `${key}: ${name}`)
    t.equal(
      errorOf(folder),
      `serving.yaml: ${key}: ${name} leads out of the model folder; put the file into it`,
    )
  }
})

t.test('follows links that stay inside, and a folder that is itself a link', async (t) => {
  const folder = folderOf(t, { 'real.txt': 'cat\n', 'a.onnx': 'x', 'serving.yaml': 'labels: link.txt' })
  symlinkSync('real.txt', join(folder, 'link.txt'))
  symlinkSync('model', join(dirname(folder), 'current'))
  t.same(readModelFolder(join(dirname(folder), 'current')).labels, ['cat'])
})

t.test('refuses a folder that is called like a model, and a file that is none', async (t) => {
  const folder = folderOf(t, { 'model.onnx/x': '', 'weights.bin': '' })
  t.match(errorOf(folder), /model\.onnx is not a file/)
  t.match(errorOf(join(folder, 'weights.bin')), /is neither a folder nor an \.onnx file/)
})

t.test('refuses a list of labels that is far too long to be one', async (t) => {
  const folder = folderOf(t, {
    'a.onnx': 'x',
    'serving.yaml': 'labels: l.txt',
    'l.txt': 'x'.repeat(2 ** 24 + 1),
  })
  t.match(errorOf(folder), /labels: l\.txt has 16777217 bytes; at most 16777216 are allowed/)
})
