import t from 'tap'
import { BUNDLED_MODEL } from '../../src/places.ts'
import { helpText } from '../../src/server/config/help.ts'
import { readConfig } from '../../src/server/config/read-config.ts'
import { type Config, flagOf, SETTINGS } from '../../src/server/config/settings.ts'

const read = (args: string[], environment: Record<string, string> = {}): Config => {
  const config = readConfig(args, environment)
  if (config === 'help') throw new Error('help was not asked for')
  return config
}

t.test('without flags and variables every setting has its default', async (t) => {
  const config = read([])
  t.equal(config.model, BUNDLED_MODEL)
  for (const [key, setting] of Object.entries(SETTINGS))
    t.equal(config[key as keyof Config], setting.default, key)
})

t.test('flags win over the environment, and the first variable that is set wins', async (t) => {
  const environment = { SAGEMAKER_BIND_TO_PORT: '9001', SERVING_PORT: '9002' }
  t.equal(read(['--port', '9000'], environment).port, 9000)
  t.equal(read(['--port=9000'], environment).port, 9000)
  t.equal(read([], environment).port, 9001)
  t.equal(read([], { SERVING_PORT: '9002' }).port, 9002)
  t.equal(read([], { SAGEMAKER_BIND_TO_PORT: '', SERVING_PORT: '9002' }).port, 9002, 'an empty one is unset')
})

t.test('a hash is of an object in S3, and of nothing else', async (t) => {
  const MODEL_SHA256 = '0'.repeat(64)
  t.throws(() => read(['--model', '/models/a'], { MODEL_SHA256 }), {
    name: 'StartupError',
    message: 'MODEL_SHA256 is of an object in S3, and /models/a is none; leave it out',
  })
  t.throws(() => read(['--model-sha256', MODEL_SHA256]), { name: 'StartupError' })
  t.equal(read(['--model', 's3://b/a.tar'], { MODEL_SHA256 }).modelSha256, MODEL_SHA256)
  t.equal(read(['--model', '/models/a', '--model-sha256', 'none']).modelSha256, 'none')
})

t.test("SageMaker's variables keep their units", async (t) => {
  t.equal(read([], { SAGEMAKER_MODEL_SERVER_TIMEOUT: '60' }).requestTimeoutMs, 60_000)
  t.equal(read([], { SAGEMAKER_MAX_PAYLOAD_IN_MB: '100' }).maxBodyBytes, 100 * 2 ** 20)
  t.equal(
    read([], { SAGEMAKER_MAX_PAYLOAD_IN_MB: '0' }).maxBodyBytes,
    2 ** 30,
    '0 is no limit in batch transform',
  )
  t.equal(read([], { SAGEMAKER_MODEL_SERVER_WORKERS: '3' }).workers, 3)
  t.equal(read([], { SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: 'text/csv' }).defaultAccept, 'text/csv')
})

t.test("a value out of range is told the range in its variable's unit", async (t) => {
  const ranges: Record<string, string> = {
    SAGEMAKER_MAX_PAYLOAD_IN_MB: 'an integer from 0 to 1024',
    SAGEMAKER_MODEL_SERVER_TIMEOUT: 'an integer from 1 to 3600',
    SERVING_REQUEST_TIMEOUT_MS: 'an integer from 10 to 3600000',
  }
  for (const [variable, range] of Object.entries(ranges)) {
    const message = `${variable}: expected ${range}, received "9999999"`
    t.throws(() => readConfig([], { [variable]: '9999999' }), { message })
  }
  t.equal(read([], { SAGEMAKER_MODEL_SERVER_TIMEOUT: '1' }).requestTimeoutMs, 1000)
  t.equal(read([], { SAGEMAKER_MODEL_SERVER_TIMEOUT: '3600' }).requestTimeoutMs, 3_600_000)
})

t.test("log levels are names or Python's numbers", async (t) => {
  const levels: [string, string][] = [
    ['INFO', 'info'],
    ['Warning', 'warn'],
    ['critical', 'fatal'],
    ['10', 'debug'],
    ['20', 'info'],
    ['30', 'warn'],
    ['40', 'error'],
    ['50', 'fatal'],
    ['0', 'trace'],
    ['60', 'fatal'],
  ]
  for (const [text, level] of levels)
    t.equal(read([], { SAGEMAKER_CONTAINER_LOG_LEVEL: text }).logLevel, level, text)
})

t.test('all mistakes are reported at once, each with its source', async (t) => {
  const wrong = () =>
    readConfig(
      ['--port', '0', '--workers', '1.5', '--nonsense', 'x', '--device=tpu', 'train', 'bash', '--threads'],
      {
        SERVING_LOG_FORMAT: 'xml',
      },
    )
  const expected = [
    /--nonsense: unknown flag/,
    /train: .*does not train/,
    /bash: unknown argument/,
    /--threads: a value is missing/,
    /--port: expected an integer from 1 to 65535, received "0"/,
    /--workers: expected auto, or an integer from 1 to 256, received "1.5"/,
    /--device: expected one of auto, cpu, cuda, received "tpu"/,
    /SERVING_LOG_FORMAT: .*"xml"/,
  ]
  for (const message of expected) t.throws(wrong, { name: 'StartupError', message })
})

t.test('a flag without a value does not take the next flag for it, nor nothing', async (t) => {
  const mistake = (...args: string[]) => {
    try {
      return read(args).model
    } catch (error) {
      return (error as Error).message
    }
  }
  t.equal(mistake('--model', '--front=nginx'), '--model: a value is missing before --front=nginx')
  t.equal(mistake('--model', '-h'), '--model: a value is missing before -h')
  t.equal(mistake('--model='), '--model: a value is missing')
  t.equal(mistake('--model', ''), '--model: a value is missing')
  t.equal(mistake('--model=-x'), '-x')
  t.match(mistake('--port', '-1'), '--port: expected an integer from 1 to 65535, received "-1"')
})

t.test('a delay that outlasts the deadline is a mistake', async (t) => {
  const args = ['--max-batch-delay-ms', '1000', '--request-timeout-ms', '1000']
  t.throws(() => readConfig(args, {}), {
    message: /--max-batch-delay-ms: expected less than --request-timeout-ms, 1000/,
  })
  t.equal(read(['--max-batch-delay-ms', '999', '--request-timeout-ms', '1000']).maxBatchDelayMs, 999)
})

t.test('`serve` is what SageMaker says, and changes nothing', async (t) => {
  t.strictSame(read(['serve']), read([]))
})

t.test('--help names every flag and variable', async (t) => {
  t.equal(readConfig(['--help'], {}), 'help')
  t.equal(readConfig(['-h'], {}), 'help')
  const text = helpText()
  for (const [key, setting] of Object.entries(SETTINGS)) {
    t.ok(text.includes(flagOf(key)), key)
    for (const variable of setting.variables)
      t.ok(text.includes(typeof variable === 'string' ? variable : variable.name))
  }
})

t.test('AWS Lambda is known by its Runtime API: no nginx, one worker, and CPUs by the memory', async (t) => {
  const lambda = {
    AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '3538',
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/27/[$LATEST]0123456789abcdef0123456789abcdef',
    SERVING_FRONT: 'nginx',
  }
  t.match(read([], lambda), {
    front: 'none',
    workers: 1,
    requestTimeoutMs: 900_000,
    lambda: {
      runtimeApi: '127.0.0.1:9001',
      cpus: 2,
      id: '2026-11-27-LATEST-0123456789abcdef0123456789abcdef',
    },
  })
  t.match(read(['--workers', '2', '--request-timeout-ms', '5000'], lambda), {
    workers: 2,
    requestTimeoutMs: 5000,
  })
  t.equal(read([], { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '3538' }).lambda, undefined)
})

t.test('a model in S3 wins over the folder that the image names', async (t) => {
  const environment = { MODEL_S3_URI: 's3://models/a.tar.gz', SERVING_MODEL: '/opt/ml/model' }
  t.equal(read([], environment).model, 's3://models/a.tar.gz')
})
