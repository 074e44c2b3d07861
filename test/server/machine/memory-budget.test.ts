import t from 'tap'
import { queueBytesFor, readMemoryBudget } from '../../../src/server/machine/memory-budget.ts'

const MIB = 2 ** 20
const MACHINE = 16 * 1024 * MIB

t.test('Without any file, or with no limit, the machine decides', async (t) => {
  t.equal(readMemoryBudget(t.testdir({}), MACHINE), MACHINE)
  const v2 = { proc: { self: { cgroup: '0::/\n' } }, sys: { fs: { cgroup: { 'memory.max': 'max\n' } } } }
  t.equal(readMemoryBudget(t.testdir(v2), MACHINE), MACHINE)
  const v1 = {
    proc: { self: { cgroup: '4:memory:/\n' } },
    sys: { fs: { cgroup: { memory: { 'memory.limit_in_bytes': '9223372036854771712\n' } } } },
  }
  t.equal(readMemoryBudget(t.testdir(v1), MACHINE), MACHINE)
})

t.test('The least limit binds at whichever level of version 2 it stands', async (t) => {
  for (const [outer, inner] of [
    [2048, 'max'],
    ['max', 2048],
    [4096, 2048],
  ] as const) {
    const bytes = (megabytes: number | string) =>
      typeof megabytes === 'number' ? `${megabytes * MIB}\n` : `${megabytes}\n`
    const root = t.testdir({
      proc: { self: { cgroup: '0::/pod/c1\n' } },
      sys: {
        fs: { cgroup: { pod: { 'memory.max': bytes(outer), c1: { 'memory.max': bytes(inner) } } } },
      },
    })
    t.equal(readMemoryBudget(root, MACHINE), 2048 * MIB)
  }
})

t.test(
  'A limit of version 1 binds, also where the container sees only the root of its hierarchy',
  async (t) => {
    for (const cgroup of ['4:memory:/docker/abc\n0::/\n', '4:memory:/\n']) {
      const root = t.testdir({
        proc: { self: { cgroup } },
        sys: { fs: { cgroup: { memory: { 'memory.limit_in_bytes': `${512 * MIB}\n` } } } },
      })
      t.equal(readMemoryBudget(root, MACHINE), 512 * MIB)
    }
  },
)

t.test('The machine this runs on has memory', async (t) => {
  t.ok(readMemoryBudget() > 0)
})

t.test('Bodies and replies get an eighth, and at most 512 MiB', async (t) => {
  t.equal(queueBytesFor(2048 * MIB), 256 * MIB)
  t.equal(queueBytesFor(4096 * MIB), 512 * MIB)
  t.equal(queueBytesFor(MACHINE), 512 * MIB)
})
