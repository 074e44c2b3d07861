import t from 'tap'
import { readCpuBudget } from '../../../src/server/machine/cpu-budget.ts'

t.test("the share that goes with a function's memory is a limit like the others", async (t) => {
  const root = t.testdir({})
  t.strictSame(readCpuBudget({ root, machineCpus: 6, lambdaCpus: 0.5 }), { cpus: 0.5, limitedBy: 'lambda' })
  t.strictSame(readCpuBudget({ root, machineCpus: 2, lambdaCpus: 5.8 }), { cpus: 2, limitedBy: 'machine' })
  t.strictSame(readCpuBudget({ root, machineCpus: 2 }), { cpus: 2, limitedBy: 'machine' })
})
