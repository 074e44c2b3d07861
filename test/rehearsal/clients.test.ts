/** The clients that people have ask Hugging Face folders: huggingface_hub, openai, and boto3 through an endpoint. */

import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { create } from 'tar'
import { rehearseServer } from '../../scripts/rehearse/server.ts'
import { DIGITS, ROOT } from '../fixtures/index.ts'
import { serve } from '../in-process/serve.ts'
import { CREDENTIALS, PYTHON } from './python.ts'

const run = promisify(execFile)

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** The folder of examples/ that is asked for each task. */
const FOLDERS = {
  'text-classification': 'hf-text-classification',
  'token-classification': 'hf-token-classification',
  'question-answering': 'hf-question-answering',
  'fill-mask': 'hf-fill-mask',
  'zero-shot-classification': 'hf-zero-shot-classification',
  'feature-extraction': 'hf-feature-extraction',
  'sentence-embeddings': 'hf-sentence-transformers',
  'image-classification': 'hf-image-classification',
  'object-detection': 'hf-object-detection',
}

const PNG = join(DIGITS, 'digits', '3.png')

const modelOf = (example: string) => `${ROOT}examples/${example}/model`

t.test('huggingface_hub and openai get their answers, and show what is wrong', async (t) => {
  const addresses: Record<string, string> = {}
  for (const [task, example] of Object.entries(FOLDERS)) {
    const served = await serve(['--model', modelOf(example)])
    t.teardown(() => served.stop())
    addresses[task] = served.url
  }
  const { stdout } = await run(PYTHON, [script('clients.py'), JSON.stringify(addresses), PNG])
  t.equal(stdout.trim(), 'answered')
})

t.test('boto3 gets the same from an endpoint, where all forms come to one path', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'clients-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const archive = join(folder, 'model.tar.gz')
  const cwd = modelOf(FOLDERS['sentence-embeddings'])
  create({ file: archive, cwd, gzip: true, sync: true }, readdirSync(cwd))
  const rehearsal = await rehearseServer()
  t.teardown(() => rehearsal.stop())
  const { stdout } = await run(PYTHON, [script('invoke.py'), archive], {
    env: { ...process.env, ...CREDENTIALS, AWS_ENDPOINT_URL: rehearsal.url },
  })
  t.equal(stdout.trim(), 'invoked')
})
