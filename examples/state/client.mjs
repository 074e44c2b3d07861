/**
 * The same without code on the server: the state is an output of the model, which the client sends as an input of its next
 * request. Any worker and any instance can answer.
 *
 *     npm start -- --model examples/state/model/model.onnx
 *     node examples/state/client.mjs
 */

import { readFileSync } from 'node:fs'

const url = process.argv[2] ?? 'http://localhost:8080/invocations'
const { parts } = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8'))

let state = [[Array(8).fill(0)]]
for (const samples of parts) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: { samples: [samples], state } }),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(answer.message)
  state = answer.outputs.next_state
  console.log(JSON.stringify(answer.outputs.levels[0]))
}
