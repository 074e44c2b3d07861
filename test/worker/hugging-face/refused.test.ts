/** Folders that real exporters left, of models that are not served. */

import { cpSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { example, ROOT } from '../../fixtures/index.ts'
import { openFolder } from '../../fixtures/open-folder.ts'

const refused = (name: string): string => `${ROOT}test/fixtures/hugging-face/refused/${name}`

t.test('a decoder, alone or with its encoder, is refused with what serves it', async (t) => {
  await t.rejects(openFolder(refused('gpt2')), {
    message: /"GPT2LMHeadModel", which writes text and runs once for each word of it: .*vLLM or llama.cpp/,
  })
  await t.rejects(openFolder(refused('t5')), {
    message: /"decoder_model.onnx", "encoder_model.onnx": a model that writes text/,
  })
})

t.test('a vocabulary without tokenizer.json is refused with the command that writes it', async (t) => {
  for (const name of ['bert-vocabulary', 'roberta-merges']) {
    const folder = t.testdir({})
    cpSync(refused(name), folder, { recursive: true })
    cpSync(`${example('hf-text-classification')}/model.onnx`, `${folder}/model.onnx`)
    await t.rejects(openFolder(folder), { message: /save_pretrained\('.+'\)/ })
  }
})

t.test('a model of several classes is no cross-encoder, though serving.yaml says so', async (t) => {
  const folder = t.testdir({})
  cpSync(example('hf-text-classification'), folder, { recursive: true })
  writeFileSync(`${folder}/serving.yaml`, 'task: text-ranking\n')
  await t.rejects(openFolder(folder), {
    message: /text-ranking needs a model with one score .* has \d labels/,
  })
})
