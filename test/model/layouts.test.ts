/** Folders as Hugging Face's libraries leave them: which file is the model, what is not used, and what is refused. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import t, { type Test } from 'tap'
import { readModelFolder } from '../../src/model/folder.ts'

const BERT = { architectures: ['BertForSequenceClassification'], model_type: 'bert' }

/** A folder with these files; the content of an ONNX file does not matter here. */
const folderOf = (t: Test, files: Record<string, unknown>): string => {
  const folder = t.testdir({})
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  }
  return folder
}

const errorOf = (folder: string): string => {
  try {
    return `taken: ${readModelFolder(folder).file}`
  } catch (error) {
    if (error instanceof Error && error.name === 'StartupError') return error.message
    throw error
  }
}

const TEXTS = { 'config.json': BERT, 'tokenizer.json': {} }

const PRECISIONS: [files: string[], chosen: string, note: string | undefined][] = [
  [['model.onnx'], 'model.onnx', undefined],
  [['onnx/model.onnx'], 'onnx/model.onnx', undefined],
  [['onnx/model_quantized.onnx'], 'onnx/model_quantized.onnx', undefined],
  [['model_O2.onnx'], 'model_O2.onnx', undefined],
  [
    ['onnx/model.onnx', 'onnx/model_fp16.onnx', 'onnx/model_q4f16.onnx', 'onnx/model_quantized.onnx'],
    'onnx/model.onnx',
    '"onnx/model.onnx" is served, and beside it are "onnx/model_fp16.onnx", "onnx/model_q4f16.onnx", "onnx/model_quantized.onnx": "model: onnx/model_fp16.onnx" in serving.yaml serves that instead',
  ],
  [
    ['model.onnx', 'model_qint8_avx512_vnni.onnx'],
    'model.onnx',
    '"model.onnx" is served, and beside it are "model_qint8_avx512_vnni.onnx": "model: model_qint8_avx512_vnni.onnx" in serving.yaml serves that instead',
  ],
]

t.test('of several precisions the plain one is served, and a line names the others', async (t) => {
  for (const [files, chosen, note] of PRECISIONS) {
    const folder = folderOf(t, { ...TEXTS, ...Object.fromEntries(files.map((name) => [name, 'x'])) })
    const { file, notes } = readModelFolder(folder)
    t.equal(relative(folder, file), chosen)
    t.strictSame(notes, note && [note])
  }
  const folder = folderOf(t, { ...TEXTS, 'onnx/model_fp16.onnx': 'x', 'onnx/model_int8.onnx': 'x' })
  t.match(errorOf(folder), 'holds 2 models, "onnx/model_fp16.onnx", "onnx/model_int8.onnx": name one')
  const named = { 'serving.yaml': 'model: onnx/model_int8.onnx' }
  const { file, notes } = readModelFolder(
    folderOf(t, { ...TEXTS, ...named, 'onnx/model.onnx': 'x', 'onnx/model_int8.onnx': 'x' }),
  )
  t.match(file, /onnx\/model_int8.onnx$/)
  t.equal(notes, undefined)
})

t.test(
  'a folder of which config.json says all that there is takes tensors, with a line that says so',
  async (t) => {
    const { huggingFace, notes } = readModelFolder(folderOf(t, { 'model.onnx': 'x', 'config.json': BERT }))
    t.equal(huggingFace, undefined)
    t.match(notes, [
      /"BertForSequenceClassification", and neither tokenizer.json nor preprocessor_config.json/,
    ])
    const asked = { 'model.onnx': 'x', 'config.json': BERT, 'serving.yaml': 'task: tensors' }
    t.equal(readModelFolder(folderOf(t, asked)).notes, undefined)
  },
)

t.test('a file of such a folder is served as it is, and a line says how the task is had', async (t) => {
  const folder = folderOf(t, { 'onnx/model_int8.onnx': 'x', 'config.json': BERT })
  const { huggingFace, notes } = readModelFolder(join(folder, 'onnx/model_int8.onnx'))
  t.equal(huggingFace, undefined)
  t.match(notes, [/config.json beside model_int8.onnx is not read.*"model: onnx\/model_int8.onnx"/])
})

t.test('a config.json of something else does not concern the model', async (t) => {
  for (const config of [{ port: 80 }, ['a'], 3, { architecture: 'resnet18', pretrained_cfg: {} }]) {
    const { huggingFace, notes } = readModelFolder(folderOf(t, { 'model.onnx': 'x', 'config.json': config }))
    t.strictSame([huggingFace, notes], [undefined, undefined])
  }
})

const COMMAND =
  /python -c "from transformers import AutoTokenizer; AutoTokenizer.from_pretrained\('.+', use_fast=True\).save_pretrained\('.+'\)"/

t.test('a vocabulary without tokenizer.json is refused with the command that converts it', async (t) => {
  for (const vocabulary of ['vocab.txt', 'vocab.json', 'spiece.model', 'sentencepiece.bpe.model']) {
    const files = { 'model.onnx': 'x', 'config.json': BERT, [vocabulary]: 'x' }
    const refusal = errorOf(folderOf(t, files))
    t.match(refusal, `the folder has a vocabulary, ${vocabulary}, and no tokenizer.json`)
    t.match(refusal, COMMAND)
    t.match(errorOf(folderOf(t, { ...files, 'serving.yaml': 'task: tensors' })), 'taken')
  }
})

const DAMAGED: [config: unknown, message: string][] = [
  ['{"model_type": "bert"', 'config.json is not JSON: '],
  ['', 'config.json is not JSON: '],
  [{ ...BERT, model_type: 3 }, 'config.json: model_type: expected a name, found 3'],
  [
    `{"model_type":"bert","a":"${'a'.repeat(2 ** 24)}"}`,
    'config.json has 16777244 bytes; at most 16777216 are expected of it',
  ],
]

t.test('a damaged config.json is refused, with the way to do without', async (t) => {
  for (const [config, message] of DAMAGED) {
    const refusal = errorOf(folderOf(t, { 'model.onnx': 'x', 'tokenizer.json': {}, 'config.json': config }))
    t.match(refusal, message)
    t.match(refusal, '"task: tensors" in serving.yaml serves the model as it is')
  }
})

t.test('a task that the folder cannot have is refused', async (t) => {
  const yaml = { 'serving.yaml': 'task: fill-mask' }
  const message = 'task: "fill-mask" needs a folder without code of its own, with config.json'
  t.match(errorOf(folderOf(t, { 'model.onnx': 'x', ...yaml })), message)
  t.match(errorOf(folderOf(t, { 'model.onnx': 'x', 'config.json': BERT, ...yaml })), message)
  t.match(errorOf(folderOf(t, { ...TEXTS, 'model.onnx': 'x', 'code/inference.js': '', ...yaml })), message)
})

const FOREIGN: [name: string, files: Record<string, unknown>, message: string | RegExp][] = [
  [
    'encoder and decoder',
    { ...TEXTS, 'encoder_model.onnx': 'x', 'decoder_model.onnx': 'x', 'decoder_with_past_model.onnx': 'x' },
    /runs its decoder once for each word, which is not supported.*"model: encoder_model.onnx"/,
  ],
  [
    'diffusers',
    { 'model_index.json': {}, 'unet/model.onnx': 'x', 'vae_decoder/model.onnx': 'x' },
    'it is a pipeline of diffusers',
  ],
  [
    'an adapter',
    { 'adapter_config.json': {}, 'adapter_model.safetensors': 'x', 'tokenizer.json': {} },
    /it is an adapter.*merge_and_unload/,
  ],
  [
    'GGUF',
    { 'config.json': BERT, 'tokenizer.json': {}, 'model-q4_k_m.gguf': 'GGUF' },
    'it is a model for llama.cpp',
  ],
  [
    'timm',
    { 'config.json': '{"architecture":"resnet18","pretrained_cfg":{"mean":[0]}}', 'model.safetensors': 'x' },
    /it is a model of timm.*torch.onnx.export\(timm.create_model\("local-dir:DIR"/,
  ],
  ['weights alone', { ...TEXTS, 'model.safetensors': 'x' }, 'optimum-cli export onnx --model DIR OUT'],
]

t.test('folders of other libraries are refused with what helps', async (t) => {
  for (const [name, files, message] of FOREIGN) t.match(errorOf(folderOf(t, files)), message, name)
})
