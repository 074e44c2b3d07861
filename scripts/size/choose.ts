/** Which of an endpoint, a URL and a model folder is to be put under load, and what is sent to it. */

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Context, usageError } from '../cli/command.ts'
import { openTarget } from '../commands/open.ts'
import type { Session } from '../deploy/session.ts'
import { loadSmokeTests } from '../deploy/smoke-files.ts'
import { factsOf, instanceFor } from '../init/model-facts.ts'
import { type Body, bodiesOf, readBodies } from './bodies.ts'
import { endpointTarget, localTarget, readEndpoint, type Target, urlTarget } from './target.ts'

/** Flags of the command. */
export type Choice = {
  endpoint?: string
  url?: string
  model?: string
  variant?: string
  body: string[]
  contentType?: string
  accept?: string
}

const urlOf = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw usageError(`--url: expected an http or https URL, received "${text}"`)
}

/** How to get at what is put under load, once it is settled that it shall be. */
export type Chosen = {
  what: string
  bodies: Body[]
  region: string
  /** Whose bill and whose users it may concern. */
  foreign: boolean
  warnings: string[]
  open: () => Promise<{ target: Target; close: () => Promise<void> }>
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

const given = (context: Context, options: Choice) => ({
  files: options.body,
  read: () => readBodies(options.body, options.contentType, options.accept),
  region: context.options().region ?? process.env.AWS_REGION ?? 'us-east-1',
})

const chooseUrl = async (context: Context, options: Choice, patience: number): Promise<Chosen> => {
  const { files, read, region } = given(context, options)
  const url = urlOf(options.url as string)
  if (files.length === 0) throw usageError('what shall be sent to the URL?', 'name a file with --body')
  const bodies = await read()
  return {
    what: url.href,
    bodies,
    region,
    foreign: !LOOPBACK.test(url.hostname),
    warnings: [],
    open: async () => {
      const target = urlTarget(url, bodies, patience)
      return { target, close: target.client.close }
    },
  }
}

const chooseModel = async (context: Context, options: Choice, patience: number): Promise<Chosen> => {
  const { files, read, region } = given(context, options)
  const folder = resolve(options.model as string)
  if (!existsSync(folder)) throw usageError(`there is no model folder ${options.model}`)
  const fits = instanceFor(factsOf(folder).bytes).type
  const { exampleOf, startLocalServer } = await import('../size/local-server.ts')
  const bodies = files.length > 0 ? await read() : [await exampleOf(folder)]
  return {
    what: `${options.model} on this machine`,
    bodies,
    region,
    foreign: false,
    warnings:
      files.length > 0
        ? []
        : [
            "the server's example is sent, which may be answered faster than what your clients send: --body FILE",
          ],
    open: async () => {
      const server = await startLocalServer(folder, context.signal)
      const target = localTarget(server, { folder: options.model as string, fits }, bodies, patience)
      const close = async () => {
        await target.client.close()
        await server.stop()
      }
      return { target, close }
    },
  }
}

const chooseEndpoint = async (context: Context, options: Choice, patience: number): Promise<Chosen> => {
  const { files, read } = given(context, options)
  const { session, endpoint, region, deployment } = await openTarget(context, options.endpoint)
  const bodies = files.length > 0 ? await read() : bodiesOf(await loadSmokeTests(deployment?.smoke ?? []))
  if (bodies.length === 0)
    throw usageError(
      `what shall be sent to ${endpoint}?`,
      'name a file with --body, or write smoke tests into endpoint.yaml',
    )
  const found = await readEndpoint(session, endpoint, options.variant)
  return {
    what: `the endpoint ${endpoint}`,
    bodies,
    region,
    foreign: true,
    warnings: found.warnings,
    open: async () => {
      const target = await endpointTarget(session as Session, found, bodies, patience)
      return { target, close: target.client.close }
    },
  }
}

export const choose = (context: Context, options: Choice, patience: number): Promise<Chosen> => {
  const named = [options.endpoint, options.url, options.model].filter((name) => name !== undefined)
  if (named.length > 1) throw usageError('--endpoint, --url and --model: name one of them')
  if (options.variant !== undefined && (options.url ?? options.model) !== undefined)
    throw usageError('--variant goes with an endpoint')
  if (options.url !== undefined) return chooseUrl(context, options, patience)
  return options.model === undefined
    ? chooseEndpoint(context, options, patience)
    : chooseModel(context, options, patience)
}
