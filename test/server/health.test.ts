import t from 'tap'
import { Health } from '../../src/server/health.ts'

/** The health of a server that wants two workers, on a clock that is told the time. */
const arrange = () => {
  const clock = { now: 5000 }
  const workers = { stuck: 0 }
  const health = new Health(
    () => workers.stuck,
    () => clock.now,
  )
  health.wantedWorkers = 2
  return { clock, workers, health }
}

t.test('The server starts, and serves as soon as one worker can', async (t) => {
  const { health } = arrange()
  t.equal(health.state, 'starting')
  t.equal(health.serving, false)
  health.readyWorkers = 1
  t.equal(health.state, 'degraded')
  t.equal(health.serving, true)
  health.readyWorkers = 2
  t.equal(health.state, 'ready')
  t.equal(health.serving, true)
  t.equal(health.readyWorkers, 2)
})

t.test('A start that takes long is still a start', async (t) => {
  const { clock, health } = arrange()
  health.readyWorkers = 0
  clock.now += 60_000
  t.equal(health.state, 'starting')
  t.equal(health.serving, false)
})

t.test('Without a worker it is degraded for a second, then broken', async (t) => {
  const { clock, health } = arrange()
  health.readyWorkers = 2
  clock.now += 60_000
  health.readyWorkers = 0
  t.equal(health.state, 'degraded')
  clock.now += 999
  t.equal(health.state, 'degraded')
  t.equal(health.serving, true)
  clock.now += 1
  t.equal(health.state, 'broken')
  t.equal(health.serving, false)
})

t.test('Being told again that there is none does not renew the grace', async (t) => {
  const { clock, health } = arrange()
  health.readyWorkers = 2
  health.readyWorkers = 0
  clock.now += 700
  health.readyWorkers = 0
  clock.now += 300
  t.equal(health.state, 'broken')
})

t.test('A worker that returns mends it, and the next gap has its own grace', async (t) => {
  const { clock, health } = arrange()
  health.readyWorkers = 2
  health.readyWorkers = 0
  clock.now += 5000
  t.equal(health.state, 'broken')
  health.readyWorkers = 1
  t.equal(health.state, 'degraded')
  health.readyWorkers = 0
  clock.now += 999
  t.equal(health.state, 'degraded')
  health.readyWorkers = 2
  t.equal(health.state, 'ready')
})

t.test('Draining is for good, from any state', async (t) => {
  for (const ready of [undefined, 0, 1, 2]) {
    const { clock, health } = arrange()
    if (ready !== undefined) health.readyWorkers = ready
    health.drain()
    t.equal(health.state, 'draining')
    t.equal(health.serving, false)
    health.readyWorkers = 2
    clock.now += 5000
    t.equal(health.state, 'draining')
  }
})

t.test(
  'A worker that is stuck does not serve; with all of them stuck the server is broken at once',
  async (t) => {
    const { workers, health } = arrange()
    health.readyWorkers = 2
    workers.stuck = 1
    t.equal(health.state, 'degraded')
    t.equal(health.serving, true)
    workers.stuck = 2
    t.equal(health.state, 'broken')
    t.equal(health.serving, false)
    workers.stuck = 0
    t.equal(health.state, 'ready')
  },
)
