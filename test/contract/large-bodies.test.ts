/** Bodies of several megabytes, all at once, and a small neighbour. What is counted does not depend on the machine's speed. */

import t from 'tap'
import { fixture } from '../fixtures/index.ts'
import { metric, serve } from './serve.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

/** A valid body of one row that is 5 MB long. */
const large = (value: number): string => `[[${value},${value},${value}]]`.padEnd(5e6)

t.test(
  'many large bodies at once are spread over the workers, and a small neighbour is answered',
  async (t) => {
    const served = await serve(['--model', fixture('add-one'), '--workers', '2'])
    t.teardown(() => served.stop())
    const sent = Array.from({ length: 16 }, (_, index) => served.post(large(index), JSON_TYPE))
    const small = served.json([[7, 7, 7]])
    for (const [index, response] of (await Promise.all(sent)).entries()) {
      const value = index + 1
      t.equal(response.status, 200)
      t.strictSame(await response.json(), { predictions: [[value, value, value]] })
    }
    t.match(await small, { status: 200, body: { predictions: [[8, 8, 8]] } })
    const batchesUpTo = (size: number) =>
      metric(served, new RegExp(`serving_batch_requests_bucket\\{le="${size}"\\} (\\d+)`))
    t.equal(await metric(served, /serving_batch_requests_sum (\d+)/), 17)
    t.equal(await batchesUpTo(8), await batchesUpTo(1024), 'eight times 5 MB is what a batch may have')
  },
)
