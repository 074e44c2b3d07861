import t, { type Test } from 'tap'
import { readCpuBudget } from '../../../src/server/machine/cpu-budget.ts'

/** The budget of a machine with 16 CPUs and these files below its root. */
const budgetOf = (t: Test, files: Record<string, string>, machineCpus = 16) =>
  readCpuBudget({ root: t.testdir(nest(files)), machineCpus })

type Tree = { [name: string]: string | Tree }

const nest = (files: Record<string, string>): Tree => {
  const tree: Tree = {}
  for (const [path, content] of Object.entries(files)) {
    const parts = path.split('/')
    const name = parts.pop() as string
    let folder = tree
    for (const part of parts) {
      folder[part] ??= {}
      folder = folder[part] as Tree
    }
    folder[name] = content
  }
  return tree
}

const V2 = { 'proc/self/cgroup': '0::/\n' }
const NESTED = { 'proc/self/cgroup': '0::/kubepods/pod1/c1\n' }

t.test('Without any file the machine decides', async (t) => {
  t.same(budgetOf(t, {}), { cpus: 16, limitedBy: 'machine' })
})

t.test('The machine this runs on has a budget', async (t) => {
  t.ok(readCpuBudget().cpus > 0)
})

t.test('A quota of cgroup v2 may be a fraction of a CPU', async (t) => {
  for (const [file, cpus] of [
    ['200000 100000\n', 2],
    ['150000 100000\n', 1.5],
    ['25000 50000\n', 0.5],
  ] as const) {
    t.same(budgetOf(t, { ...V2, 'sys/fs/cgroup/cpu.max': file }), { cpus, limitedBy: 'quota' })
  }
})

t.test('A quota of max, or one that cannot be read, is none', async (t) => {
  for (const file of ['max 100000\n', 'max\n', '', 'nonsense 100000\n', '100000\n']) {
    t.same(
      budgetOf(t, { ...V2, 'sys/fs/cgroup/cpu.max': file }),
      { cpus: 16, limitedBy: 'machine' },
      JSON.stringify(file),
    )
  }
})

t.test('The least quota binds at whichever level of cgroup v2 it stands', async (t) => {
  const levels = ['', 'kubepods/', 'kubepods/pod1/', 'kubepods/pod1/c1/']
  for (const binding of levels) {
    const files = Object.fromEntries(
      levels.map((level) => [
        `sys/fs/cgroup/${level}cpu.max`,
        level === binding ? '300000 100000' : '800000 100000',
      ]),
    )
    t.same(budgetOf(t, { ...NESTED, ...files }), { cpus: 3, limitedBy: 'quota' }, `at /${binding}`)
  }
})

t.test('A quota of a neighbouring cgroup does not bind', async (t) => {
  t.equal(budgetOf(t, { ...NESTED, 'sys/fs/cgroup/kubepods/pod2/cpu.max': '100000 100000' }).cpus, 16)
})

t.test('A path outside the cgroup namespace is read as far as it can be seen', async (t) => {
  const files = { 'proc/self/cgroup': '0::/../../other\n', 'sys/fs/cgroup/cpu.max': '400000 100000' }
  t.equal(budgetOf(t, files).cpus, 4)
})

const V1 = { 'proc/self/cgroup': '4:cpuset:/docker/abc\n3:cpu,cpuacct:/docker/abc\n2:memory:/docker/abc\n' }

t.test('A quota of cgroup v1 binds, in the own cgroup, above it or at the mounted root', async (t) => {
  for (const folder of ['cpu/docker/abc', 'cpu/docker', 'cpu']) {
    const files = {
      ...V1,
      [`sys/fs/cgroup/${folder}/cpu.cfs_quota_us`]: '250000\n',
      [`sys/fs/cgroup/${folder}/cpu.cfs_period_us`]: '100000\n',
    }
    t.same(budgetOf(t, files), { cpus: 2.5, limitedBy: 'quota' }, folder)
  }
})

t.test('A quota of -1 in cgroup v1, or one without a period, is none', async (t) => {
  const quota = 'sys/fs/cgroup/cpu/cpu.cfs_quota_us'
  const period = 'sys/fs/cgroup/cpu/cpu.cfs_period_us'
  t.equal(budgetOf(t, { ...V1, [quota]: '-1', [period]: '100000' }).cpus, 16)
  t.equal(budgetOf(t, { ...V1, [quota]: '100000' }).cpus, 16)
})

t.test('A cpuset counts its CPUs, in both versions', async (t) => {
  for (const [list, cpus] of [
    ['0-3,8\n', 5],
    ['7\n', 1],
    ['0,2,4-5\n', 4],
    ['\n', 16],
    ['0-63\n', 16],
  ] as const) {
    const limitedBy = cpus < 16 ? 'cpuset' : 'machine'
    t.same(budgetOf(t, { ...V2, 'sys/fs/cgroup/cpuset.cpus.effective': list }), { cpus, limitedBy }, list)
    t.same(
      budgetOf(t, { ...V1, 'sys/fs/cgroup/cpuset/docker/abc/cpuset.cpus': list }),
      { cpus, limitedBy },
      list,
    )
  }
})

t.test('The affinity mask binds', async (t) => {
  const status = 'Name:\tnode\nCpus_allowed:\t0f\nCpus_allowed_list:\t0-1,6\nMems_allowed_list:\t0\n'
  t.same(budgetOf(t, { 'proc/self/status': status }), { cpus: 3, limitedBy: 'affinity' })
})

t.test('The least of all limits counts, and is named', async (t) => {
  const files = {
    ...V2,
    'proc/self/status': 'Cpus_allowed_list:\t0-7\n',
    'sys/fs/cgroup/cpuset.cpus.effective': '0-5',
    'sys/fs/cgroup/cpu.max': '350000 100000',
  }
  t.same(budgetOf(t, files), { cpus: 3.5, limitedBy: 'quota' })
  t.same(budgetOf(t, { ...files, 'sys/fs/cgroup/cpu.max': 'max 100000' }), { cpus: 6, limitedBy: 'cpuset' })
  t.same(budgetOf(t, files, 2), { cpus: 2, limitedBy: 'machine' })
})
