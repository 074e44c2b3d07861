import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { readModelFolder } from '../../src/model/folder.ts'
import { foreignFile, readHead } from '../../src/model/recognise.ts'
import { ROOT } from '../fixtures/index.ts'

const FOREIGN = `${ROOT}test/fixtures/foreign`

/** What other libraries' files are told to be, and what helps. */
const REAL: Record<string, RegExp> = {
  'protocol-0.pkl': /Python pickle.*skl2onnx/,
  'protocol-2.pkl': /Python pickle.*skl2onnx/,
  'protocol-5.pkl': /Python pickle.*skl2onnx/,
  'plain.joblib': /Python pickle.*skl2onnx/,
  'zlib.joblib': /Python pickle.*skl2onnx/,
  'xgboost.json': /an XGBoost model.*convert_xgboost/,
  'xgboost.ubj': /an XGBoost model.*convert_xgboost/,
  'xgboost.joblib': /a pickle of XGBoost’s.*convert_xgboost/,
  'lightgbm.txt': /a LightGBM model.*convert_lightgbm/,
  'catboost.cbm': /a CatBoost model.*format="onnx"/,
  'whole.pth': /a PyTorch file.*torch\.onnx\.export/,
  'weights.pt': /a PyTorch file.*torch\.onnx\.export/,
  'legacy.pt': /a PyTorch file.*torch\.onnx\.export/,
  'script.pt': /a PyTorch file.*torch\.onnx\.export/,
  'exported.pt2': /a PyTorch file.*torch\.onnx\.export/,
  'model.safetensors': /safetensors, .*optimum-cli export onnx/,
  'keras.h5': /a Keras model.*model\.export/,
  'arrays.npz': /a NumPy file/,
}

/** What a zip begins with (PKWARE's APPNOTE.TXT, 4.3.7). */
const zipHeader = (name: string): Buffer => {
  const header = Buffer.alloc(30)
  header.write('PK\x03\x04', 'latin1')
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, Buffer.from(name)])
}

/** Beginnings that no library here writes. */
const MADE: Record<string, [content: string | Buffer, RegExp]> = {
  'model.tflite': ['\x1c\0\0\0TFL3\x14', /TensorFlow Lite.*tf2onnx\.convert --tflite/],
  'net.xml': ['<?xml version="1.0"?>\n<net name="x" version="11">', /OpenVINO/],
  'rules.pmml': ['<?xml version="1.0"?>\n<PMML version="4.4">', /PMML is not served/],
  'best.pt': [
    Buffer.concat([
      zipHeader('best/data.pkl'),
      Buffer.from('\x80\x02cultralytics.nn.tasks\nDetectionModel', 'latin1'),
    ]),
    /a model of Ultralytics.*yolo export model=FILE.pt format=onnx/,
  ],
  'model.gguf': ['GGUF\x03', /llama\.cpp/],
  'model.tar.gz': [gzipSync('x'), /not been unpacked: .*tar xzf/],
  'model.tar': [`${'model.onnx'.padEnd(257, '\0')}ustar`, /not been unpacked/],
  'model.engine': ['ftrt', /TensorRT engine.*serve that one/],
  'frozen.pb': ['\x0a', /TensorFlow graph.*SavedModel/],
}

const POINTER =
  'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 102530333\n'

const errorOf = (path: string): string => {
  try {
    readModelFolder(path)
  } catch (error) {
    if (error instanceof Error && error.name === 'StartupError') return error.message
    throw error
  }
  return ''
}

const folderOf = (t: Test, files: Record<string, string | Buffer>): string => {
  const folder = t.testdir({})
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), content, 'latin1')
  }
  return folder
}

t.test('each file of another library is recognised, with what turns it into ONNX', async (t) => {
  const files = readdirSync(FOREIGN).filter((name) => name !== 'make.py')
  t.strictSame(files.sort(), Object.keys(REAL).sort())
  for (const [name, words] of Object.entries(REAL)) {
    const folder = t.testdir({})
    copyFileSync(join(FOREIGN, name), join(folder, name))
    t.match(errorOf(folder), words, name)
    t.match(errorOf(join(folder, name)), words, `${name}, given by itself`)
  }
  for (const [name, [content, words]] of Object.entries(MADE))
    t.match(errorOf(folderOf(t, { [name]: content })), words, name)
})

t.test('by its bytes where it is called model.onnx', async (t) => {
  for (const [name, words] of Object.entries(REAL)) {
    if (name === 'zlib.joblib') continue
    const folder = t.testdir({})
    copyFileSync(join(FOREIGN, name), join(folder, 'model.onnx'))
    t.match(errorOf(folder), words, name)
  }
  const said = (content: string) => errorOf(folderOf(t, { 'model.onnx': content }))
  t.match(said(POINTER), /"model\.onnx" is a git-LFS pointer.*run "git lfs pull"/)
  t.match(said('\n<!DOCTYPE html><html>'), /a web page.*curl -fL/)
  t.match(said(''), /"model\.onnx" is empty: copy the file again/)
})

t.test('folders that hold a model of another kind, or the model one folder deeper', async (t) => {
  const saved = { 'saved_model.pb': '', 'variables/variables.index': '' }
  t.match(errorOf(folderOf(t, saved)), /a TensorFlow SavedModel: .*--saved-model/)
  const hub = { 'config.json': '{}', 'tokenizer.json': '{"version": "1.0"}', 'pytorch_model.bin': '' }
  t.match(errorOf(folderOf(t, hub)), /a Hugging Face model without an ONNX file: .*optimum-cli/)
  t.match(
    errorOf(folderOf(t, { 'model/model.onnx': 'x', 'model/serving.yaml': '' })),
    /one folder deeper, in "model": give that folder, or .*tar czf model\.tar\.gz -C model \./,
  )
  t.match(errorOf(folderOf(t, { 'labels.txt': 'cat\ndog\n' })), /it holds "labels\.txt"$/)
})

t.test('serving.yml is not read, and not passed over in silence', async (t) => {
  for (const name of ['serving.yml', 'serving.json', 'Serving.yaml'])
    t.match(
      errorOf(folderOf(t, { 'model.onnx': 'x', [name]: '' })),
      `"${name}" in ${t.testdirName} is not read: call it serving.yaml`,
    )
})

t.test('what cannot be read, never ends or is very large is looked at and left', async (t) => {
  const folder = folderOf(t, { secret: 'x', large: '', 'weird\x1b[31m\n.pkl': 'x' })
  chmodSync(join(folder, 'secret'), 0)
  truncateSync(join(folder, 'large'), 5 * 2 ** 30)
  execFileSync('mkfifo', [join(folder, 'fifo'), join(folder, 'model.pt')])
  t.equal(readHead(join(folder, 'fifo')), undefined)
  t.equal(readHead(join(folder, 'large'))?.bytes, 5 * 2 ** 30)
  const message = errorOf(folder)
  t.match(message, /"model\.pt" is a PyTorch file/, 'by its name')
  t.notMatch(message, '\x1b')
})

t.test('names with control characters are shown as text', async (t) => {
  const said = [
    errorOf(folderOf(t, { 'a\x1b[31m\n.onnx': 'x', 'b\x9b.onnx': 'x' })),
    errorOf(folderOf(t, { 'a\x1b[31m\n\x9b.pkl': 'x' })),
  ]
  t.match(said, [/"model: a\\u001b\[31m\\n\.onnx"$/, /"a\\u001b\[31m\\n.*\.pkl" is a Python pickle/])
  t.notOk(said.some((message) => /[^ -~’]/.test(message)))
})

t.test('of a folder of many files only some are opened', async (t) => {
  const folder = folderOf(t, {})
  for (let i = 0; i < 2_000; i += 1) writeFileSync(join(folder, `${i}.txt`), '')
  writeFileSync(join(folder, 'zzz.pkl'), '')
  const start = process.cpuUsage()
  t.match(errorOf(folder), /"zzz\.pkl" is a Python pickle/)
  const { user, system } = process.cpuUsage(start)
  t.ok((user + system) / 1e6 < 2, `${(user + system) / 1000} ms`)
})

t.test('a file is never taken for another by a name that looks like a folder', async (t) => {
  t.match(foreignFile('/nowhere/model.pkl', basename('/nowhere/model.pkl')), /Python pickle/)
  t.equal(foreignFile('/nowhere/notes.txt', 'notes.txt'), undefined)
})
