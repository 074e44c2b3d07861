/** What `invoke` sends, and what it shows of the answer, whatever the target. */

import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { CommandError, type Context, EXIT } from '../cli/command.ts'
import { type Output, printable } from '../cli/output.ts'
import { mediaTypeOf } from '../config/media-types.ts'
import { probableCause } from '../deploy/cause.ts'
import type { Answer } from '../deploy/invoke.ts'

export const readBody = async (file: string): Promise<Uint8Array> => {
  try {
    return file === '-' ? await buffer(process.stdin) : await readFile(file)
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}`, { exitCode: EXIT.usage })
  }
}

const describe = ({ status, variant, contentType, body, ms }: Answer, what: string): string =>
  [
    `status ${status}`,
    ...(variant === undefined ? [] : [`${what} ${variant}`]),
    ...(contentType === undefined ? [] : [contentType]),
    `${body.length} bytes`,
    `${Math.round(ms)} ms`,
  ].join(' · ')

const isText = (contentType: string | undefined): boolean => /^text\/|json|xml/.test(contentType ?? '')

/** Bytes that are no text are in base64. */
const toJson = ({ body, ...answer }: Answer) => ({
  ...answer,
  ...(isText(answer.contentType)
    ? { body: new TextDecoder().decode(body) }
    : { bodyBase64: Buffer.from(body).toString('base64') }),
})

/** Throws CommandError where neither the option nor the file's name says it. */
export const contentTypeOf = (file: string, option: string | undefined): string => {
  const contentType = option ?? (file === '-' ? undefined : mediaTypeOf(file))
  if (contentType !== undefined) return contentType
  throw new CommandError(`the content type of ${file === '-' ? 'stdin' : file} is not known`, {
    exitCode: EXIT.usage,
    fix: 'add --content-type, such as application/json or image/png',
  })
}

/** The answer to stdout, and what is to be said of it elsewhere. Throws CommandError with an error of the server's. */
export const showAnswer = (context: Context, output: Output, answer: Answer, what = 'variant'): void => {
  output.step(describe(answer, what))
  if (answer.status >= 400) {
    const text = printable(new TextDecoder().decode(answer.body)).trim()
    const cause = probableCause(text)
    throw new CommandError(`the container answered ${answer.status}: ${text}`, {
      ...(cause !== undefined && { fix: `${cause.cause}: ${cause.fix}` }),
    })
  }
  if (context.options().json) output.result(toJson(answer), '')
  else output.raw(answer.body)
}
