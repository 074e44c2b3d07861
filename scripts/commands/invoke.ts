import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { describeEndpoint } from '../aws/live.ts'
import { CommandError, type Context, EXIT, type Register } from '../cli/command.ts'
import { printable } from '../cli/output.ts'
import { mediaTypeOf } from '../config/media-types.ts'
import { probableCause } from '../deploy/cause.ts'
import { type Answer, type Invocation, invoke, invokeAsync } from '../deploy/invoke.ts'
import { ENDPOINT_OPTION, openTarget } from './open.ts'

/** SageMaker runtime API reference, InvokeEndpointAsync: up to 1 GB by way of S3. */
const LARGEST_BYTES = 1_000_000_000

const readBody = async (file: string): Promise<Uint8Array> => {
  try {
    return file === '-' ? await buffer(process.stdin) : await readFile(file)
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}`, { exitCode: EXIT.usage })
  }
}

const describe = ({ status, variant, contentType, body, ms }: Answer): string =>
  [
    `status ${status}`,
    ...(variant === undefined ? [] : [`variant ${variant}`]),
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

type Options = { contentType?: string; accept?: string; variant?: string; endpoint?: string }

export const registerInvoke: Register = (program, context: Context) => {
  program
    .command('invoke <file>')
    .description(
      'Sends a file (- is stdin) and writes the answer to stdout, byte by byte; all else goes to stderr.',
    )
    .option('--content-type <TYPE>', "else by the file's extension")
    .option('--accept <TYPE>', 'the type of answer that is wanted')
    .option('--variant <NAME>', 'one variant, in place of any by weight')
    .option(...ENDPOINT_OPTION)
    .addHelpText(
      'after',
      '\nExample: onnx-serving-endpoint invoke digit.png\n         echo "[[1,2]]" | onnx-serving-endpoint invoke - --content-type application/json',
    )
    .action(async (file: string, options: Options) => {
      const contentType = options.contentType ?? (file === '-' ? undefined : mediaTypeOf(file))
      if (contentType === undefined) {
        throw new CommandError(`the content type of ${file === '-' ? 'stdin' : file} is not known`, {
          exitCode: EXIT.usage,
          fix: 'add --content-type, such as application/json or image/png',
        })
      }
      const body = await readBody(file)
      if (body.length > LARGEST_BYTES)
        throw new CommandError(`${file} has more than 1 GB`, { exitCode: EXIT.usage })
      const target = await openTarget(context, options.endpoint)
      const session = { ...target.session, onlyLooks: true }
      const { endpoint } = target
      const live = await describeEndpoint(session.clients, endpoint)
      if (live === undefined)
        throw new CommandError(`there is no endpoint ${endpoint}`, {
          fix: 'check the name, the Region and the account',
        })
      const request: Invocation = {
        endpoint,
        body,
        contentType,
        ...(options.accept !== undefined && { accept: options.accept }),
        ...(options.variant !== undefined && { variant: options.variant }),
      }
      const output = live.AsyncInferenceConfig?.OutputConfig?.S3OutputPath
      const answer =
        output === undefined ? await invoke(session, request) : await invokeAsync(session, request, output)
      session.output.step(describe(answer))
      if (answer.status >= 400) {
        const text = printable(new TextDecoder().decode(answer.body)).trim()
        const cause = probableCause(text)
        throw new CommandError(`the container answered ${answer.status}: ${text}`, {
          ...(cause !== undefined && { fix: `${cause.cause}: ${cause.fix}` }),
        })
      }
      if (context.options().json) session.output.result(toJson(answer), '')
      else session.output.raw(answer.body)
    })
}
