import t from 'tap'
import { layOut } from '../../../src/server/machine/layout.ts'

const AUTO = { workers: 'auto', threads: 'auto' } as const
const cpus = (count: number) => ({ cpus: count, limitedBy: 'quota' as const })

t.test('On CPUs there is a worker with one thread for each CPU, to the nearest whole one', async (t) => {
  t.same(layOut(cpus(4), 'cpu', AUTO), { workers: 4, threads: 1, threadsAlone: 4 })
  t.same(layOut(cpus(3.9), 'cpu', AUTO), { workers: 4, threads: 1, threadsAlone: 4 })
  t.same(layOut(cpus(1.4), 'cpu', AUTO), { workers: 1, threads: 1, threadsAlone: 1 })
  t.same(layOut(cpus(1.5), 'cpu', AUTO), { workers: 2, threads: 1, threadsAlone: 2 })
  t.same(layOut(cpus(0.5), 'cpu', AUTO), { workers: 1, threads: 1, threadsAlone: 1 })
})

t.test('Beyond sixteen workers the CPUs go to threads', async (t) => {
  t.same(layOut(cpus(64), 'cpu', AUTO), { workers: 16, threads: 4, threadsAlone: 64 })
  t.same(layOut(cpus(40), 'cpu', AUTO), { workers: 16, threads: 2, threadsAlone: 40 })
})

t.test('On CUDA there are two workers, and one on one CPU', async (t) => {
  t.same(layOut(cpus(8), 'cuda', AUTO), { workers: 2, threads: 4, threadsAlone: 8 })
  t.same(layOut(cpus(1), 'cuda', AUTO), { workers: 1, threads: 1, threadsAlone: 1 })
})

t.test('Workers that were asked for share the CPUs', async (t) => {
  t.same(layOut(cpus(8), 'cpu', { workers: 3, threads: 'auto' }), { workers: 3, threads: 2, threadsAlone: 8 })
  t.same(layOut(cpus(2), 'cpu', { workers: 5, threads: 'auto' }), { workers: 5, threads: 1, threadsAlone: 2 })
  t.same(layOut(cpus(8), 'cuda', { workers: 2, threads: 'auto' }), {
    workers: 2,
    threads: 4,
    threadsAlone: 8,
  })
})

t.test('Threads that were asked for are what every run gets', async (t) => {
  t.same(layOut(cpus(4), 'cpu', { workers: 'auto', threads: 2 }), { workers: 4, threads: 2, threadsAlone: 2 })
  t.same(layOut(cpus(4), 'cpu', { workers: 1, threads: 9 }), { workers: 1, threads: 9, threadsAlone: 9 })
})
