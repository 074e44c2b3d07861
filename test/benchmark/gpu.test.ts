import t from 'tap'
import { measure } from '../../benchmark/gpu.ts'
import { ENVIRONMENT } from '../../benchmark/lib/server.ts'

t.test('without a card the benchmark of one says so', async (t) => {
  const { PATH } = ENVIRONMENT
  ENVIRONMENT.PATH = '/nowhere'
  t.teardown(() => {
    ENVIRONMENT.PATH = PATH
  })
  await t.rejects(measure(), /^there is no card here: nvidia-smi does not run\. BENCH_GPU_STUB=1/)
})
