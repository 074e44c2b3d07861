import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { CommandError, EXIT, type Register } from '../cli/command.ts'
import { loadDeployment } from '../config/load.ts'
import { createProxy } from '../traffic/proxy.ts'

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
      const { endpoint, sticky = { salt: endpoint, userFrom: 'x-user-id', force: {} } } = deployment
      const server = createProxy({
        endpoint,
        sticky,
        clients: context.clients(region ?? deployment.region),
        log: (entry) =>
          process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`),
      })
      server.listen(portOf(port), host)
      await once(server, 'listening').catch((error: Error) => {
        throw new CommandError(`cannot listen on ${host}:${port}: ${error.message}`, {
          fix: 'choose another --port',
        })
      })
      const { port: bound } = server.address() as AddressInfo
      output.step(
        `${endpoint}: POST http://${host}:${bound}/invocations with the header ${sticky.userFrom}; ` +
          'Ctrl-C finishes what was begun and ends',
      )
      context.signal.addEventListener('abort', () => server.close(), { once: true })
      if (context.signal.aborted) server.close()
      await once(server, 'close')
    })
}
