/** The bundled model, from a picture's bytes to a label. */

import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { sharp } from '../../src/worker/image/sharp.ts'
import { DIGITS } from '../fixtures/index.ts'
import { serve } from './serve.ts'

type Ranked = { label: string; probability: number }[]

const served = await serve(['--model', `${DIGITS}/model`])
t.teardown(() => served.stop())

const classify = async (t: Test, body: Uint8Array, type = 'image/png'): Promise<Ranked[]> => {
  const response = await served.post(body, { 'content-type': type })
  const answer = (await response.json()) as { predictions: Ranked[] }
  t.equal(response.status, 200, JSON.stringify(answer))
  return answer.predictions
}

t.test('a PNG is answered with its label first and probabilities that fall', async (t) => {
  for (const digit of '0123456789') {
    const [ranked = []] = await classify(t, readFileSync(`${DIGITS}/digits/${digit}.png`))
    t.equal(ranked[0]?.label, digit)
    t.equal(ranked.length, 3, 'topK of serving.yaml')
    const probabilities = ranked.map(({ probability }) => probability)
    t.strictSame(
      probabilities,
      [...probabilities].sort((a, b) => b - a),
    )
  }
})

t.test('the held-out digits, PNG by PNG, give the accuracy that the training script printed', async (t) => {
  const { tile, columns, right, labels } = JSON.parse(readFileSync(`${DIGITS}/held-out.json`, 'utf8'))
  const printed = /(\d+) of (\d+)/.exec(readFileSync(`${DIGITS}/README.md`, 'utf8'))
  t.equal(Number(printed?.[1]), right, 'the figure in the README')
  t.equal(Number(printed?.[2]), labels.length)
  const sheet = await sharp(readFileSync(`${DIGITS}/held-out.png`))
    .raw()
    .toBuffer({ resolveWithObject: true })
  const answers: string[] = []
  let next = 0
  const client = async () => {
    while (next < labels.length) {
      const index = next
      next += 1
      const left = (index % columns) * tile
      const top = Math.floor(index / columns) * tile
      const png = await sharp(sheet.data, { raw: sheet.info })
        .extract({ left, top, width: tile, height: tile })
        .png()
        .toBuffer()
      const response = await served.post(png, { 'content-type': 'image/png' })
      const { predictions } = (await response.json()) as { predictions?: Ranked[] }
      answers[index] = predictions?.[0]?.[0]?.label ?? `status ${response.status}`
    }
  }
  await Promise.all(Array.from({ length: 8 }, client))
  t.strictSame(
    answers.filter((answer) => answer.startsWith('status')),
    [],
    'all are answered with 200',
  )
  const correct = answers.filter((answer, index) => answer === labels[index]).length
  t.equal(correct, right)
  t.ok(correct / labels.length > 0.97)
})

t.test('JPEG, WebP and application/x-image are accepted too', async (t) => {
  const png = readFileSync(`${DIGITS}/digits/3.png`)
  const jpeg = await sharp(png).jpeg({ quality: 95 }).toBuffer()
  const webp = await sharp(png).webp({ lossless: true }).toBuffer()
  for (const [body, type] of [
    [jpeg, 'image/jpeg'],
    [webp, 'image/webp'],
    [jpeg, 'application/x-image'],
    [png, 'image/png; charset=binary'],
  ] as const) {
    const [ranked = []] = await classify(t, body, type)
    t.equal(ranked[0]?.label, '3', type)
  }
})

t.test('a form with several files is answered with a row for each, in order', async (t) => {
  const form = new FormData()
  for (const digit of ['4', '2']) {
    form.append(
      'file',
      new Blob([readFileSync(`${DIGITS}/digits/${digit}.png`)], { type: 'image/png' }),
      `${digit}.png`,
    )
  }
  const response = await fetch(`${served.url}/invocations`, { method: 'POST', body: form })
  const { predictions } = (await response.json()) as { predictions: Ranked[] }
  t.strictSame(
    predictions.map((ranked) => ranked[0]?.label),
    ['4', '2'],
  )
})

t.test('the reply is written as JSON lines, CSV or NPY if asked for', async (t) => {
  const png = readFileSync(`${DIGITS}/digits/3.png`)
  const ask = async (accept: string) => {
    const response = await served.post(png, { 'content-type': 'image/png', accept })
    t.equal(response.status, 200, accept)
    t.equal(response.headers.get('content-type'), accept)
    return Buffer.from(await response.arrayBuffer())
  }
  const [line, rest] = (await ask('application/jsonlines')).toString().split('\n')
  t.equal(JSON.parse(line ?? '')[0].label, '3')
  t.equal(rest, '')
  t.match((await ask('text/csv')).toString(), /^3,0\.\d+(,\d,[\d.e-]+){2}\n$/)
  const npy = await ask('application/x-npy')
  t.equal(npy.subarray(1, 6).toString(), 'NUMPY')
  t.match(npy.toString('latin1'), /'shape': \(1, 10\)/)
})
