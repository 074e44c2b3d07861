/** The rehearsal's Runtime API is asked by AWS's own client: the one that Lambda's images for Python have. */

import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { createEnvironments } from '../../packages/sagemaker-rehearsal/src/lambda/environments.ts'
import { commandLambda } from '../../packages/sagemaker-rehearsal/src/lambda/launchers.ts'
import { ROOT } from '../fixtures/index.ts'
import { PYTHON } from './python.ts'

const FUNCTION = {
  name: 'cars',
  version: '3',
  arn: 'arn:aws:lambda:us-east-1:123456789012:function:cars:3',
  region: 'us-east-1',
  image: '',
  environment: {},
  memoryMegabytes: 256,
  timeoutSeconds: 20,
}

t.test("AWS's runtime client for Python is answered as Lambda answers it", async (t) => {
  const serve = (handler: string) => {
    const launcher = commandLambda(`${PYTHON} -m awslambdaric ${handler}`, { cwd: `${ROOT}test/rehearsal` })
    const environments = createEnvironments(FUNCTION, { launcher })
    t.teardown(() => environments.stop())
    return async (event: object) => {
      const { payload, functionError, requestId } = await environments.invoke({
        payload: Buffer.from(JSON.stringify(event)),
      })
      return { functionError, requestId, answer: JSON.parse(payload.toString()) as { remaining?: number } }
    }
  }
  const invoke = serve('lambda_handler.handler')
  const first = await invoke({ é: [1, 2] })
  t.match(first, {
    functionError: undefined,
    answer: {
      event: { é: [1, 2] },
      requestId: first.requestId,
      function: 'cars',
      version: '3',
      memory: '256',
      arn: FUNCTION.arn,
    },
  })
  t.ok((first.answer.remaining ?? 0) > 15_000)
  t.match(await invoke({ do: 'fail' }), {
    functionError: 'Unhandled',
    answer: { errorType: 'ValueError', errorMessage: 'no' },
  })
  await delay(1500)
  t.match(await invoke({ again: true }), { functionError: undefined }, 'after it was frozen')
  t.match(await serve('no_such_module.handler')({}), {
    functionError: 'Unhandled',
    answer: { errorType: 'Runtime.ImportModuleError' },
  })
})
