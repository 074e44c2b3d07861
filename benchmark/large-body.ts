/** Do small requests suffer beside a body of 20 MB? Tabular model, two workers. */

import { type Figure, progress, runAlone } from './lib/figure.ts'
import { latencies } from './lib/load.ts'
import { modelFolders, row, tabularPayload } from './lib/payloads.ts'
import { startServer } from './lib/server.ts'
import { interleave, quantile, ratios, spread } from './lib/stats.ts'

const ROUNDS = 5
const REQUESTS = 1500

/** Rows until their text has 20 MB. */
const largeBody = (): string => {
  const text = JSON.stringify(row())
  return `{"instances":[${Array(Math.ceil(20e6 / (text.length + 1)))
    .fill(text)
    .join(',')}]}`
}

export const measure = async (): Promise<Figure[]> => {
  const { tabular } = await modelFolders()
  const server = await startServer(tabular, ['--workers', '2'])
  const body = largeBody()
  progress('large body: 20 MB beside small requests')
  let answered = 0
  const beside = async <T>(measured: () => Promise<T>): Promise<T> => {
    let done = false
    const sending = (async () => {
      while (!done) {
        const response = await fetch(`${server.url}/invocations`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        })
        if (response.status !== 200) throw new Error(`the large body got ${response.status}`)
        await response.arrayBuffer()
        answered += 1
      }
    })()
    const result = await measured()
    done = true
    await sending
    return result
  }
  const p99 = async () => quantile((await latencies(server.url, tabularPayload, REQUESTS)).slice(200), 0.99)
  const values = await interleave(ROUNDS, { alone: p99, beside: () => beside(p99) })
  await server.stop()
  return [
    {
      row: '5',
      what: 'p99 of small requests beside 20 MB JSON bodies ÷ without them, 2 workers',
      goal: { most: 2 },
      unit: '',
      value: spread(ratios(values.beside, values.alone)),
      note: `${quantile(values.beside, 0.5).toFixed(2)} ÷ ${quantile(values.alone, 0.5).toFixed(2)} ms; ${answered} large bodies were answered meanwhile`,
    },
  ]
}

await runAlone(import.meta.url, measure)
