/**
 * One address that stands for an AWS account: the rehearsal, with real servers behind its endpoints, and moto for what the rehearsal
 * does not have, versions of objects, pushed images and stacks.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Test } from 'tap'
import { until } from '../contract/serve.ts'
import { ROOT } from '../fixtures/index.ts'
import { startMoto } from '../rehearsal/python.ts'

/** Services as signatures name them. */
const MOTOS = new Set(['cloudformation', 'ecr', 'events', 'sns'])

const startRehearsal = async (t: Test, speed: number): Promise<string> => {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'scripts/endpoint.ts', 'rehearse', '--port', '0', '--speed', String(speed), '--json'],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  t.teardown(async () => {
    child.kill('SIGINT')
    if (child.exitCode === null) await once(child, 'exit')
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  await until(() => printed.trimEnd().endsWith('}') || child.exitCode !== null)
  return JSON.parse(printed).url
}

export type TestAccount = {
  url: string
  rehearsal: string
  /** Buckets that have versions: all others are the rehearsal's. */
  versioned: Set<string>
  /** What CodePipeline says is running. */
  running: string[]
}

export const startAccount = async (t: Test, { speed }: { speed: number }): Promise<TestAccount> => {
  const [moto, rehearsal] = await Promise.all([startMoto(t), startRehearsal(t, speed)])
  const account: TestAccount = { url: '', rehearsal, versioned: new Set(), running: [] }
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    const service =
      /Credential=[^/]*\/[^/]*\/[^/]*\/([^/]*)/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const body = await buffer(request)
    if (service === 'codepipeline') {
      const pipelineExecutionSummaries = account.running.map((pipelineExecutionId) => ({
        pipelineExecutionId,
        status: 'InProgress',
      }))
      response.end(JSON.stringify({ pipelineExecutionSummaries }))
      return
    }
    const isVersioned =
      service === 's3' && (account.versioned.has(path.split(/[/?]/)[1] ?? '') || /[?&]versions/.test(path))
    const url = new URL(path, MOTOS.has(service) || isVersioned ? moto : rehearsal)
    const { host: _, ...headers } = request.headers
    const onward = httpRequest(
      url,
      { method: request.method, headers: { ...headers, host: url.host } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    onward.on('error', () => response.destroy())
    onward.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  account.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return account
}
