/**
 * Amazon ECR of two halves: images in Debian's docker-registry, all that is known of them in moto. It is a proxy, so that container
 * engines reach it by the names that moto gives its repositories, `ACCOUNT.dkr.ecr.REGION.amazonaws.com`, over TLS.
 */

import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { ECRClient, PutImageCommand } from '@aws-sdk/client-ecr'
import type { Test } from 'tap'
import { freePort } from '../../benchmark/lib/server.ts'
import { until } from '../contract/serve.ts'

const startRegistry = async (t: Test, folder: string): Promise<number> => {
  const port = await freePort()
  const config = `${folder}/registry.yml`
  writeFileSync(
    config,
    `version: 0.1\nstorage: {filesystem: {rootdirectory: ${folder}/storage}}\nhttp: {addr: '127.0.0.1:${port}'}\nlog: {level: error}\n`,
  )
  const child = spawn('docker-registry', ['serve', config], { stdio: 'ignore' })
  t.teardown(() => child.kill('SIGKILL'))
  await until(() =>
    fetch(`http://127.0.0.1:${port}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return port
}

/** A certificate for ECR's names, in files: the key's, and its own, which is the only authority to be trusted. */
const makeCertificate = (folder: string): { key: string; cert: string } => {
  const [key, cert] = [`${folder}/key.pem`, `${folder}/cert.pem`]
  const name = ['-subj', '/CN=ecr', '-addext', 'subjectAltName=DNS:*.dkr.ecr.eu-west-1.amazonaws.com']
  const into = ['-nodes', '-keyout', key, '-out', cert]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...name, ...into], { stdio: 'ignore' })
  return { key, cert }
}

/** A manifest is pushed by its tag, and once more by its digest, which is none of a new image. */
const TAGGED = /^\/v2\/(?<repository>.+)\/manifests\/(?<tag>[^:]+)$/

/** Variables for container engines and the AWS command line; `requests` are those that engines sent. */
export const startEcr = async (
  t: Test,
  { folder, moto }: { folder: string; moto: string },
): Promise<{ env: Record<string, string>; requests: string[] }> => {
  const port = await startRegistry(t, folder)
  const ecr = new ECRClient({ endpoint: moto })
  const requests: string[] = []

  /** ECR's own words where it takes no image, or undefined. */
  const refusal = async ({ pathname }: URL, type: string | undefined, manifest: Buffer) => {
    const { repository, tag } = TAGGED.exec(pathname)?.groups ?? {}
    if (repository === undefined || tag === undefined) return undefined
    try {
      await ecr.send(
        new PutImageCommand({
          repositoryName: repository,
          imageTag: tag,
          imageManifest: manifest.toString(),
          imageManifestMediaType: type,
          imageDigest: `sha256:${createHash('sha256').update(manifest).digest('hex')}`,
        }),
      )
      return undefined
    } catch (error) {
      return JSON.stringify({ errors: [{ code: 'TAG_INVALID', message: (error as Error).message }] })
    }
  }

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(`https://${request.headers.host}${request.url}`)
    requests.push(`${request.method} ${url.pathname}`)
    const body = await buffer(request)
    if (request.method === 'PUT') {
      const refused = await refusal(url, request.headers['content-type'], body)
      if (refused !== undefined) {
        response.writeHead(400, { 'content-type': 'application/json' }).end(refused)
        return
      }
    }
    const onward = httpRequest(
      {
        port,
        host: '127.0.0.1',
        path: url.pathname + url.search,
        method: request.method,
        headers: { ...request.headers, 'x-forwarded-proto': 'https' },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    onward.on('error', () => response.destroy())
    onward.end(body)
  }

  const { key, cert } = makeCertificate(folder)
  const registry = createTlsServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (request, response) => void serve(request, response),
  )
  const proxy = createServer((_, response) => response.writeHead(502).end())
  proxy.on('connect', (_, socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    registry.emit('connection', socket)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.teardown(() => {
    registry.closeAllConnections()
    proxy.closeAllConnections()
    proxy.close()
  })

  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return {
    env: {
      HTTP_PROXY: address,
      HTTPS_PROXY: address,
      NO_PROXY: '127.0.0.1,localhost',
      SSL_CERT_FILE: cert,
      REGISTRY_AUTH_FILE: `${folder}/auth.json`,
      AWS_ENDPOINT_URL: moto,
    },
    requests,
  }
}
