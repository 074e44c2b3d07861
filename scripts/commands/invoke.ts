import { CommandError, type Context, EXIT, type Register } from '../cli/command.ts'
import { readExisting } from '../deploy/existing.ts'
import { type Invocation, invoke, invokeAsync } from '../deploy/invoke.ts'
import { byTarget } from './by-target.ts'
import { ENDPOINT_OPTION, openTarget } from './open.ts'
import { contentTypeOf, readBody, showAnswer } from './request.ts'

/** SageMaker runtime API reference, InvokeEndpointAsync: up to 1 GB by way of S3. */
const LARGEST_BYTES = 1_000_000_000

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
    .action(
      byTarget(
        context,
        (lambda) => lambda.invoke,
        async (file: string, options: Options) => {
          const contentType = contentTypeOf(file, options.contentType)
          const body = await readBody(file)
          if (body.length > LARGEST_BYTES)
            throw new CommandError(`${file} has more than 1 GB`, { exitCode: EXIT.usage })
          const target = await openTarget(context, options.endpoint)
          const session = { ...target.session, onlyLooks: true }
          const { endpoint } = target
          const live = await readExisting(session.clients, endpoint)
          const request: Invocation = {
            endpoint,
            body,
            contentType,
            ...(options.accept !== undefined && { accept: options.accept }),
            ...(options.variant !== undefined && { variant: options.variant }),
          }
          const output = live.AsyncInferenceConfig?.OutputConfig?.S3OutputPath
          const answer =
            output === undefined
              ? await invoke(session, request)
              : await invokeAsync(session, request, output)
          showAnswer(context, session.output, answer)
        },
      ),
    )
}
