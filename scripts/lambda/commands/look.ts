/** Commands that only look: status, logs, invoke. */

import { timeOf } from '../../aws/clients.ts'
import { CommandError, type Context, EXIT } from '../../cli/command.ts'
import { HOME, REFRESH_MS } from '../../cli/watching.ts'
import { contentTypeOf, readBody, showAnswer } from '../../commands/request.ts'
import { pause } from '../../deploy/session.ts'
import { POLL_MS, parseSince } from '../../logs/since.ts'
import { createTail, type LogLine } from '../../logs/tail.ts'
import { invokeFunction, LARGEST_BYTES } from '../invoke.ts'
import { readFunction } from '../live.ts'
import { functionLogGroup, placeOf } from '../logs.ts'
import { ALIAS, openTarget } from '../session.ts'
import { formatFunction, readFunctionStatus } from '../status.ts'

const missing = (name: string) =>
  new CommandError(`there is no function ${name}`, { fix: 'check the name, the Region and the account' })

export const status = async (context: Context, { watch }: { watch: boolean }): Promise<void> => {
  const target = await openTarget(context)
  const session = { ...target.session, onlyLooks: true }
  const { output } = session
  for (;;) {
    const found = await readFunctionStatus(session, target.name)
    if (found === undefined) throw missing(target.name)
    const home = watch && process.stdout.isTTY === true && !context.options().json ? HOME : ''
    output.result(found, `${home}${formatFunction(found, output.colours)}`)
    if (!watch) return
    await pause(session, REFRESH_MS)
  }
}

const format = (line: LogLine): string => {
  const { version, environment } = placeOf(line)
  return `${line.time.toISOString()} ${version}/${environment.slice(0, 8)} ${line.text}`
}

type LogOptions = { follow: boolean; since: string; variant?: string }

/** `--variant` is a version here. */
export const logs = async (context: Context, { follow, since, variant }: LogOptions): Promise<void> => {
  const sinceMs = parseSince(since)
  const target = await openTarget(context)
  const session = { ...target.session, onlyLooks: true }
  const { clients, output } = session
  // A function that is gone may have left its log; asking for it tells AWS's time.
  await readFunction(session, target.name)
  const now = timeOf(clients)
  const tail = createTail(clients, target.name, {
    sinceMs: now - sinceMs,
    group: functionLogGroup(target.name),
  })
  const { json } = context.options()
  let isEmpty = true
  for (let isFirst = true; ; isFirst = false) {
    for await (const page of tail.poll()) {
      for (const line of page) {
        const { version } = placeOf(line)
        if (variant !== undefined && version !== variant) continue
        isEmpty = false
        const { time, stream, text } = line
        output.raw(`${json ? JSON.stringify({ time, version, stream, text }) : format(line)}\n`)
      }
    }
    if (isFirst && isEmpty) {
      output.step(
        `No lines of ${variant ?? target.name} since ${new Date(now - sinceMs).toISOString()}; AWS's clock says ${new Date(now).toISOString()}. Look further back with --since, such as 1d.`,
      )
    }
    if (!follow) return
    await pause(session, POLL_MS)
  }
}

type InvokeOptions = { contentType?: string; accept?: string; variant?: string }

/** Through the alias, as callers do, or one version: `--variant`. */
export const invoke = async (context: Context, file: string, options: InvokeOptions): Promise<void> => {
  const contentType = contentTypeOf(file, options.contentType)
  const body = await readBody(file)
  if (body.length > LARGEST_BYTES)
    throw new CommandError(`${file} has ${body.length} bytes, and Lambda takes ${LARGEST_BYTES}`, {
      exitCode: EXIT.usage,
    })
  const { session, name } = await openTarget(context)
  const looking = { ...session, onlyLooks: true }
  if ((await readFunction(looking, name)) === undefined) throw missing(name)
  const answer = await invokeFunction(looking, {
    name,
    qualifier: options.variant ?? ALIAS,
    body,
    contentType,
    ...(options.accept !== undefined && { accept: options.accept }),
  })
  showAnswer(context, session.output, answer, 'version')
}
