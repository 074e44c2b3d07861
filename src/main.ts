/** The entry of `serve`: reads the settings, starts the server, and drains it when told to stop. */

import { StartupError } from './errors.ts'
import { banner, describeModel } from './server/banner.ts'
import { helpText } from './server/config/help.ts'
import type { Lambda } from './server/config/lambda.ts'
import { readConfig } from './server/config/read-config.ts'
import type { Config } from './server/config/settings.ts'
import type { Fetched } from './server/fetch/fetch-model.ts'
import { isInS3 } from './server/fetch/location.ts'
import type { Log } from './server/log.ts'
import { assertEnoughOpenFiles } from './server/machine/open-files.ts'
import { type Inspected, inspect } from './server/pool/inspect.ts'
import type { Server } from './server/server.ts'
import { makeTempDir } from './server/temp-dir.ts'
import { nameSources } from './stacks.ts'

/** Exit codes: 0 after a drain that lost nothing, 1 when the server cannot start or lost requests, 2 for wrong settings. */
const EXIT = { ok: 0, failed: 1, usage: 2 }

/** From an orchestrator, and from Ctrl-C. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** Ctrl-C reaches the server from the terminal and again through npm; only a later signal means impatience. */
const ECHO_MS = 1000

/** Set by AWS Lambda alone: where it is asked for invocations. */
const { AWS_LAMBDA_RUNTIME_API: runtimeApiAddress } = process.env

/** Writes synchronously, so that the line is out before the process ends. */
const print = (stream: NodeJS.WriteStream, text: string): void => {
  stream.write(text)
}

/** Ends the process without having served. Lambda answers invocations with the reason. */
const giveUp = async (code: number, reason: string): Promise<never> => {
  if (runtimeApiAddress) {
    const { runtimeApi } = await import('./lambda/runtime-api.ts')
    const error = { errorType: 'Runtime.StartupError', errorMessage: reason }
    await runtimeApi(runtimeApiAddress)
      .failInit(error)
      .catch(() => {})
  }
  process.exit(code)
}

const readSettings = async (): Promise<Config> => {
  try {
    const config = readConfig(process.argv.slice(2), process.env)
    if (config !== 'help') return config
    print(process.stdout, helpText())
    process.exit(EXIT.ok)
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    print(process.stderr, `${error.message}\n`)
    return giveUp(EXIT.usage, error.message)
  }
}

const drainOnce = (server: Server, log: Log): ((signal: string) => Promise<void>) => {
  let since: number | undefined
  return async (signal) => {
    if (since !== undefined) {
      if (performance.now() - since < ECHO_MS) return
      log.warn(`${signal} again: exiting at once`)
      process.exit(EXIT.failed)
    }
    since = performance.now()
    log.info(`${signal}: draining`)
    const lost = await server.drain()
    if (lost > 0) log.error(`drained, ${lost} requests lost`)
    else log.info('drained, no requests lost')
    process.exit(lost > 0 ? EXIT.failed : EXIT.ok)
  }
}

const findWritable = ({ tempDir, lambda }: Config): { directory?: string; problem?: string } => {
  try {
    return { directory: makeTempDir(tempDir, lambda?.id) }
  } catch (error) {
    return { problem: `nothing can be written in ${tempDir}: ${(error as Error).message}` }
  }
}

const fetchFromS3 = async ({ model, modelSha256 }: Config, directory?: string): Promise<Fetched> => {
  if (directory === undefined)
    throw new StartupError('a model from S3 needs a folder to be written to; see --temp-dir')
  // Its client warns of Node's version on stderr; the one in package.json runs on it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
  const { fetchModel } = await import('./server/fetch/fetch-model.ts')
  return fetchModel(model, {
    directory,
    sha256: modelSha256 === 'none' ? undefined : modelSha256,
    isCustomEndpoint: Boolean(process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL),
  })
}

const inspectWhenThere = async (
  config: Config,
  directory: string | undefined,
  fetched: Promise<Fetched> | undefined,
): Promise<Inspected> => {
  const model = fetched === undefined ? config.model : (await fetched).path
  return inspect({ ...config, model, ...(directory && { directory }) })
}

/** Before more modules are loaded: their loader is what fails first, with a stack that names a file and not the limit. */
const checkOpenFiles = async ({ workers }: Config): Promise<void> => {
  try {
    assertEnoughOpenFiles(workers)
  } catch (error) {
    const { message } = error as Error
    print(process.stderr, `${message}\n`)
    await giveUp(EXIT.failed, message)
  }
}

/** Ends the process once it is not fit for another invocation. */
const answerLambda = async ({ runtimeApi: address }: Lambda, directory: string, log: Log): Promise<never> => {
  const [{ runtimeApi }, { serveInvocations }, { socketIn }] = await Promise.all([
    import('./lambda/runtime-api.ts'),
    import('./lambda/serve.ts'),
    import('./server/listen.ts'),
  ])
  await serveInvocations(runtimeApi(address), socketIn(directory), log)
  process.exit(EXIT.failed)
}

const main = async (): Promise<void> => {
  // A process that is the first of its container has no way to end but this.
  let stop = (_: string): unknown => process.exit(EXIT.ok)
  for (const signal of STOP_SIGNALS) process.on(signal, () => stop(signal))
  // Once nobody reads what it prints, that is lost, and no more.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  nameSources()
  const config = await readSettings()
  await checkOpenFiles(config)
  const writable = findWritable(config)
  const fetched = isInS3(config.model) ? fetchFromS3(config, writable.directory) : undefined
  // The model is inspected while the rest of the server is still being loaded.
  const inspection = inspectWhenThere(config, writable.directory, fetched)
  inspection.catch(() => {})
  const { createLog, isText } = await import('./server/log.ts')
  const log = await createLog(config)
  if ('problem' in writable) log.warn(writable.problem)
  fetched?.then(
    ({ bytes, milliseconds }) => log.info({ bytes, milliseconds }, `fetched ${config.model}`),
    () => {},
  )
  const { Server } = await import('./server/server.ts')
  const server = new Server(config, log, writable.directory)
  stop = drainOnce(server, log)
  try {
    const { info, layout, budget } = await server.start(inspection)
    const { description } = await inspection
    if (isText(config)) print(process.stdout, banner(config, info, layout, description.example))
    else log.info({ model: describeModel(info), ...layout, cpuBudget: budget }, 'ready')
    if (config.lambda !== undefined) await answerLambda(config.lambda, writable.directory ?? '', log)
  } catch (error) {
    // A signal came first: it is the drain that ends the process.
    if (server.draining) return
    await server.drain()
    const known = error instanceof StartupError
    log.fatal(known ? error.message : { err: error }, known ? undefined : 'the server cannot start')
    await giveUp(EXIT.failed, (error as Error).message)
  }
}

await main()
