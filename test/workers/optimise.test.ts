import { fileURLToPath } from 'node:url'
import t from 'tap'
import { StartupError } from '../../src/errors.ts'
import { optimise } from '../../src/workers/optimise.ts'

const ENTRY = fileURLToPath(new URL('../fixtures/workers/optimises.mjs', import.meta.url))

const run = (model: string) => optimise({ model, device: 'auto', directory: '/somewhere' }, ENTRY)

/** What it rejects with; only a StartupError is shown to the user as it is. */
const rejection = async (model: string): Promise<{ message: string; expected: boolean }> => {
  const error = await run(model).then(
    () => new Error('it did not reject'),
    (error: Error) => error,
  )
  return { message: error.message, expected: error instanceof StartupError }
}

t.test('the answer is what the process found', async (t) => {
  t.strictSame(await run('well'), {
    type: 'optimised',
    device: 'cpu',
    rows: 'dynamic',
    file: '/somewhere/model.onnx',
    warnings: [],
  })
})

t.test('a model that cannot be used is a mistake of the user, a bug is none', async (t) => {
  t.strictSame(await rejection('broken'), { message: 'the model is broken', expected: true })
  t.strictSame(await rejection('bug'), { message: 'TypeError: at entry.ts:1', expected: false })
})

t.test('a process that dies without an answer is named with its end', async (t) => {
  t.strictSame(await rejection('exit'), {
    message: 'the process that loads the model exited with code 7',
    expected: true,
  })
  t.strictSame(await rejection('kill'), {
    message: 'the process that loads the model was ended by SIGKILL; is there enough memory?',
    expected: true,
  })
})
