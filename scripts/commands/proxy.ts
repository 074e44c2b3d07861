import { createProxyClients } from '../aws/proxy-clients.ts'
import { CommandError, EXIT, type Register } from '../cli/command.ts'
import { loadDeployment } from '../config/load.ts'
import { defaultSticky } from '../config/sticky.ts'
import { serve } from '../traffic/serve.ts'

const DEFAULT_PORT = 8090

const portOf = (text: string): number => {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text !== '') return port
  throw new CommandError(`--port: expected a number from 0 to 65535, received "${text}"`, {
    exitCode: EXIT.usage,
  })
}

export const registerProxy: Register = (program, context) => {
  program
    .command('proxy')
    .description(
      'A local HTTP front of the endpoint that keeps each user on one variant (docs/ab-testing.md).',
    )
    .option('--port <PORT>', 'port to listen on; 0 is a free one', String(DEFAULT_PORT))
    .option(
      '--host <HOST>',
      'address to listen on; whoever reaches it uses your AWS credentials',
      '127.0.0.1',
    )
    .addHelpText('after', '\nExample: onnx-serving-endpoint proxy --port 8081')
    .action(async ({ port, host }: { port: string; host: string }) => {
      const { file, environment, region } = context.options()
      const output = context.output()
      const { deployment, warnings } = loadDeployment(file, environment)
      for (const warning of warnings) output.warn(warning)
      const { endpoint, sticky = defaultSticky(endpoint) } = deployment
      const key =
        typeof sticky.userFrom === 'string' ? `header ${sticky.userFrom}` : `cookie ${sticky.userFrom.cookie}`
      await serve({
        settings: { endpoint, sticky },
        clients: createProxyClients(region ?? deployment.region),
        host,
        port: portOf(port),
        signal: context.signal,
        onListening: (bound) =>
          output.step(
            `${endpoint}: POST http://${host}:${bound}/invocations with the ${key}; ` +
              'Ctrl-C finishes what was begun and ends',
          ),
      }).catch((error: NodeJS.ErrnoException) => {
        if (error.syscall !== 'listen') throw error
        throw new CommandError(`cannot listen on ${host}:${port}: ${error.message}`, {
          fix: 'choose another --port',
        })
      })
    })
}
