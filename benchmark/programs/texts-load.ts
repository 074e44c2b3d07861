/**
 * Sends each of the texts once, as a request of its own, on so many connections with one request at a time. Prints texts in each
 * second as JSON. A tenth of them goes before, which does not count.
 *
 *   texts-load.ts URL KEY TEXTS_FILE CONNECTIONS      KEY is the member of the body that has the text
 */

import { readFileSync } from 'node:fs'

const [url = '', key = '', file = '', connections = '1'] = process.argv.slice(2)
const texts = JSON.parse(readFileSync(file, 'utf8')) as string[]

const send = async (text: string): Promise<void> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ [key]: text }),
  })
  const reply = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${reply}`)
}

const sendAll = async (all: readonly string[]): Promise<void> => {
  const left = all.values()
  const loop = async () => {
    for (const text of left) await send(text)
  }
  await Promise.all(Array.from({ length: Number(connections) }, loop))
}

await sendAll(texts.slice(0, texts.length / 10))
const start = performance.now()
await sendAll(texts)
process.stdout.write(JSON.stringify((texts.length / (performance.now() - start)) * 1000))
process.exit()
