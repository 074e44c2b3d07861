/** Workers that share a card, whose runs take what a padded size takes; milliseconds as measured on an H100. */

import t from 'tap'
import { CARD_RUNS } from '../../../benchmark/gpu/card.ts'
import { simulate } from '../../../benchmark/programs/simulate.ts'
import { arrange } from './fakes.ts'

const LIMITS = { maxBatchSize: 32, maxBatchDelayMs: 0 }
const { bert, 'resnet50-uint8': resnet } = CARD_RUNS

t.test('two workers on a card serve no fewer than one, and more once batches are full', async (t) => {
  for (const [curve, clients, least] of [
    [bert, 8, 0.98],
    [resnet, 64, 1.5],
  ] as const) {
    const one = await simulate({ ...curve, workers: 1 }, LIMITS, clients)
    const two = await simulate({ ...curve, workers: 2 }, LIMITS, clients)
    t.ok(two >= least * one, `${clients} clients: ${two} and ${one} requests/s`)
  }
})

t.test('a second batch on a busy card waits for company, and not for one that is late', async (t) => {
  const { scheduler, runners, submit, clock } = arrange(2)
  const { lane } = scheduler
  lane.sharesDevice = true
  lane.cost.padded = true
  for (const [requests, milliseconds] of [
    [1, 3],
    [2, 3],
    [4, 3],
  ] as const)
    lane.cost.seed(requests, milliseconds, 100 * requests)
  submit('a')
  submit('b')
  t.equal(lane.waiting, 1, 'two take as long as one')
  await clock.advance(100)
  t.equal(lane.waiting, 0, 'the first worker takes far longer than it should')
  t.equal(runners.filter(({ bodies }) => bodies !== undefined).length, 2)
})

t.test('what takes its time one by one is begun beside another', async (t) => {
  const { scheduler, submit } = arrange(2)
  scheduler.lane.sharesDevice = true
  for (const requests of [1, 2, 4]) scheduler.lane.cost.seed(requests, 10 * requests, 100 * requests)
  submit('a')
  submit('b')
  t.equal(scheduler.lane.waiting, 0)
})
