import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, rmSync, symlinkSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { startNginx } from '../../../src/server/front/nginx.ts'
import { afterBody } from '../../../src/server/http/after-body.ts'
import { childrenOf } from '../../../src/server/machine/process-state.ts'
import { nginxOptions, raw, skip, until, withNginx } from './with-nginx.ts'

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const readAll = async (request: IncomingMessage) => Buffer.concat(await request.toArray())
const ok = (_: IncomingMessage, response: ServerResponse) => response.end('ok')
const isRefused = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(false))
    socket.once('error', () => resolve(true))
    socket.end()
  })
const count = (text: string) => Buffer.byteLength(text)

t.test('method, path, query, Host and headers reach the server as they were sent', { skip }, async (t) => {
  const { port } = await withNginx(t, (request, response) => {
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }))
  })
  const answer = await raw(
    port,
    'PUT /a%2Fb//c/../d?x=1&y=%20 HTTP/1.1\r\nHost: model.aws.local:8080\r\nX-Amzn-Anything: new\r\nWith_Underscore: 1\r\nConnection: close\r\n\r\n',
  )
  const seen = JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1))
  t.match(seen, {
    method: 'PUT',
    url: '/a%2Fb//c/../d?x=1&y=%20',
    headers: { host: 'model.aws.local:8080', 'x-amzn-anything': 'new' },
  })
})

t.test('a request of HTTP/1.0 without Host is answered', { skip }, async (t) => {
  const { port } = await withNginx(t, ok)
  t.match(await raw(port, 'GET /ping HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 .*ok$/s)
})

t.test(
  'bodies and answers of many megabytes pass unchanged, with and without a length',
  { skip },
  async (t) => {
    const { url } = await withNginx(t, async (request, response) => response.end(await readAll(request)))
    const body = randomBytes(15 * 2 ** 20)
    const sized = await fetch(url, { method: 'POST', body })
    t.equal(sha(new Uint8Array(await sized.arrayBuffer())), sha(body))
    const chunked = await fetch(url, {
      method: 'POST',
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit)
    t.equal(sha(new Uint8Array(await chunked.arrayBuffer())), sha(body))
  },
)

t.test('an error of the server passes unchanged', { skip }, async (t) => {
  const { url } = await withNginx(t, (_, response) => {
    response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '7' }).end('{"code":"MINE"}')
  })
  const response = await fetch(url)
  t.equal(response.status, 503)
  t.equal(response.headers.get('retry-after'), '7')
  t.same(await response.json(), { code: 'MINE' })
})

t.test(
  'a body over the limit is answered with 413 in JSON and never reaches the server whole',
  { skip },
  async (t) => {
    let whole = 0
    const onRequest = (request: IncomingMessage) => request.resume().on('end', () => whole++)
    const { url } = await withNginx(t, onRequest, { maxBodyBytes: 1000 })
    for (const body of [new Uint8Array(1001), new Blob([new Uint8Array(1001)]).stream()]) {
      const response = await fetch(url, { method: 'POST', body, duplex: 'half' } as RequestInit)
      t.equal(response.status, 413)
      t.equal(response.headers.get('content-type'), 'application/json')
      t.match(await response.json(), {
        code: 'ERR_BODY_TOO_LARGE',
        message: /1000 bytes/,
        requestId: /^[0-9a-f]{32}$/,
      })
    }
    t.equal(whole, 0)
  },
)

t.test('a body at the limit reaches the server', { skip }, async (t) => {
  const { url } = await withNginx(
    t,
    async (request, response) => response.end(`${count(String(await readAll(request)))}`),
    {
      maxBodyBytes: 1000,
    },
  )
  t.equal(await (await fetch(url, { method: 'POST', body: 'x'.repeat(1000) })).text(), '1000')
})

t.test('a malformed request is answered with 400 in JSON', { skip }, async (t) => {
  const { port } = await withNginx(t, ok)
  for (const request of [
    'NONSENSE\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'GET /../.. HTTP/1.1\r\nHost: a\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n\r\n',
    'TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: a\r\nX-Big: ${'a'.repeat(20_000)}\r\n\r\n`,
  ]) {
    const answer = await raw(port, request)
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    t.match(head, /^HTTP\/1\.1 400 /, request.slice(0, 50))
    t.match(head, /Content-Type: application\/json/i)
    t.match(JSON.parse(body), { code: 'ERR_BAD_REQUEST', requestId: /^[0-9a-f]{32}$/ })
    t.ok(count(body) < 1024)
  }
})

t.test('all headers that nginx lets pass fit in the parser of Node', { skip }, async (t) => {
  const { port } = await withNginx(t, (request, response) =>
    response.end(String(request.headers['x-a']?.length)),
  )
  const line = (name: string, length: number) => `${name}: ${'v'.repeat(length)}\r\n`
  const headers = `${line('X-C', 3800)}${line('X-A', 6000)}${line('X-B', 6000)}`
  t.match(
    await raw(port, `GET / HTTP/1.1\r\nHost: a\r\n${headers}Connection: close\r\n\r\n`),
    /^HTTP\/1\.1 200 .*6000/s,
  )
})

t.test(
  'while the server is away the answer is 503 in JSON, with the id of the request',
  { skip },
  async (t) => {
    const { url, server } = await withNginx(t, ok)
    server.close()
    const ask = async (id: string) => {
      const response = await fetch(url, { headers: { 'x-amzn-sagemaker-inference-id': id } })
      const text = await response.text()
      t.equal(response.status, 503)
      t.equal(response.headers.get('retry-after'), '1')
      t.ok(count(text) < 1024)
      return JSON.parse(text)
    }
    t.match(await ask('abc-1.2:3/4'), { code: 'ERR_UNAVAILABLE', message: String, requestId: 'abc-1.2:3/4' })
    for (const hostile of ['a","code":"X', 'a\\', 'a'.repeat(65), 'é'])
      t.match(await ask(hostile), { code: 'ERR_UNAVAILABLE', requestId: /^[0-9a-f]{32}$/ })
  },
)

t.test('a request that the server drops is answered once and is not sent again', { skip }, async (t) => {
  let requests = 0
  const { url } = await withNginx(t, (request) => {
    requests++
    request.socket.destroy()
  })
  const response = await fetch(url, { method: 'POST', body: 'x' })
  t.equal(response.status, 503)
  t.match(await response.json(), { code: 'ERR_UNAVAILABLE' })
  t.equal(requests, 1)
})

t.test('a server that does not answer is given up with 504 in JSON', { skip }, async (t) => {
  const { url } = await withNginx(t, () => undefined, {
    template: (text) => text.replace(/_read_timeout .*;/, '_read_timeout 50ms;'),
  })
  const response = await fetch(url)
  t.equal(response.status, 504)
  t.match(await response.json(), { code: 'ERR_DEADLINE_EXCEEDED', requestId: String })
})

t.test('a body that drips is cut when the time for the whole request is over', { skip }, async (t) => {
  const { port } = await withNginx(
    t,
    (request, response) => request.resume().on('end', () => response.end('whole')),
    { http: { requestTimeout: 500, headersTimeout: 500, connectionsCheckingInterval: 50 } },
  )
  const slow = connect(port, '127.0.0.1')
  slow.on('error', () => undefined)
  slow.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n')
  const dripping = setInterval(() => slow.write('x'), 50)
  t.teardown(() => clearInterval(dripping))
  const [reply] = await once(slow, 'data')
  // 503 where nginx was passing on a byte at the very moment at which the server closed.
  t.match(String(reply), /^HTTP\/1\.1 (408|503) /)
  slow.destroy()
})

t.test('bodies fill their share of the connections and not that of pings', { skip }, async (t) => {
  const arriving = new Set<string>()
  // Room for 54 connections and 15 bodies.
  const { port, url } = await withNginx(
    t,
    (request, response) => {
      arriving.add(String(request.url))
      request.resume().on('end', () => response.end('ok'))
    },
    { openFiles: 60 },
  )
  const slow = Array.from({ length: 15 }, (_, i) => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined)
    socket.write(`POST /slow/${i} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n1`)
    return socket
  })
  await until(() => arriving.size === 15)

  const send = (init: RequestInit) => fetch(url, { ...init, headers: { connection: 'close' } })
  const refused = await send({ method: 'POST', body: 'x' })
  t.equal(refused.status, 503)
  t.equal(refused.headers.get('retry-after'), '1')
  t.match(await refused.json(), { code: 'ERR_OVERLOADED', requestId: String })
  const chunked = { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' }
  t.equal((await send(chunked as RequestInit)).status, 503)
  t.equal((await send({})).status, 200)
  t.equal((await send({ method: 'POST' })).status, 200)

  for (const socket of slow) socket.destroy()
  await until(async () => (await send({ method: 'POST', body: 'x' })).status === 200)
})

t.test('a refused body that goes on dripping is not listened to for long', { skip }, async (t) => {
  const { port } = await withNginx(t, ok, { maxBodyBytes: 1000 })
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n')
  let bytes = 0
  const dripping = setInterval(() => {
    bytes += 1
    socket.write('x')
  }, 500)
  t.teardown(() => clearInterval(dripping))
  const [reply] = await once(socket, 'data')
  t.match(String(reply), /^HTTP\/1\.1 413 /)
  await until(() => socket.destroyed)
  t.ok(bytes < 25, `closed after ${bytes} bytes`)
})

t.test('what waits for its first byte gives way to those who speak', { skip }, async (t) => {
  const { port, url } = await withNginx(t, ok, { openFiles: 60 })
  const silent = Array.from({ length: 200 }, () => connect(port, '127.0.0.1').on('error', () => undefined))
  t.teardown(() => silent.forEach((socket) => void socket.destroy()))
  await Promise.all(silent.map((socket) => once(socket, 'connect')))
  for (let i = 0; i < 20; i++) t.equal((await fetch(url, { headers: { connection: 'close' } })).status, 200)
})

t.test('what few open files allow is said at the start, with the limit', { skip }, async (t) => {
  const few = await withNginx(t, ok, { openFiles: 1000 })
  t.match(
    few.lines.join('\n'),
    /`ulimit -n` allows 1000 open files: at most 900 connections, and 300 requests/,
  )
  const many = await withNginx(t, ok, { openFiles: 100_000 })
  t.notMatch(many.lines.join('\n'), /ulimit/)
})

t.test('many requests at once are all answered', { skip }, async (t) => {
  const { url } = await withNginx(t, (request, response) => {
    setImmediate(() => response.end(request.url))
  })
  const paths = Array.from({ length: 400 }, (_, i) => `/${i}`)
  const answers = await Promise.all(paths.map(async (path) => (await fetch(`${url}${path}`)).text()))
  t.same(answers, paths)
})

t.test('one process of nginx holds 2,000 requests at once', { skip }, async (t) => {
  const held: ServerResponse[] = []
  const { port } = await withNginx(t, (_, response) => {
    held.push(response)
    if (held.length === 2000) for (const one of held) one.end('ok')
  })
  const request = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
  const answers = await Promise.all(Array.from({ length: 2000 }, () => raw(port, request)))
  t.ok(answers.every((answer) => answer.startsWith('HTTP/1.1 200 ')))
})

t.test('everything that nginx writes is in its own folder', { skip }, async (t) => {
  const { options } = await withNginx(t, ok)
  t.same((await readdir(join(options.tempDir, 'nginx'))).sort(), [
    'body',
    'fastcgi',
    'nginx.conf',
    'nginx.pid',
    'proxy',
    'scgi',
    'uwsgi',
  ])
})

t.test('its folder is made again, and what it holds', { skip }, async (t) => {
  const { nginx, url, options } = await withNginx(t, ok)
  const folder = join(options.tempDir, 'nginx')
  rmSync(folder, { recursive: true })
  await nginx.remake()
  await until(() => existsSync(join(folder, 'proxy')))
  rmSync(folder, { recursive: true })
  const { pid } = nginx
  process.kill(pid as number, 'SIGKILL')
  await until(() => nginx.pid !== pid)
  const answer = () =>
    fetch(url).then(
      (response) => response.text(),
      () => undefined,
    )
  t.equal(await until(answer), 'ok')
})

t.test(
  'a refusal comes after the rest of its body, and the connection takes the next request',
  { skip },
  async (t) => {
    const { port } = await withNginx(t, (request, response) => {
      afterBody(request, () =>
        response.writeHead(request.method === 'POST' ? 503 : 200).end(`sent by ${request.method}`),
      )
    })
    const socket = connect(port, '127.0.0.1')
    t.teardown(() => socket.destroy())
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
    })
    // Longer than what nginx reads with the headers.
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 600000\r\n\r\n${'x'.repeat(300_000)}`)
    await delay(200)
    t.equal(text, '')
    socket.write('x'.repeat(300_000))
    await until(() => text.includes('sent by POST'))
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await until(() => text.includes('sent by GET'))
    t.match(text.match(/HTTP\/1.1 \d+|Connection: .*/g), [
      'HTTP/1.1 503',
      /keep-alive/,
      'HTTP/1.1 200',
      /keep-alive/,
    ])
  },
)

t.test('a master that is killed comes back on the same port, and its orphans go', { skip }, async (t) => {
  const { nginx, url, lines } = await withNginx(t, ok)
  for (let round = 0; round < 2; round++) {
    const killed = nginx.pid
    t.ok(killed)
    process.kill(killed as number, 'SIGKILL')
    await until(() => nginx.pid !== killed)
    t.equal(
      await until(() =>
        fetch(url).then(
          (response) => response.text(),
          () => undefined,
        ),
      ),
      'ok',
    )
  }
  t.equal(lines.filter((line) => /nginx exited \(SIGKILL/.test(line)).length, 2)
  t.notMatch(lines.join('\n'), /Address already in use/)
})

for (const role of ['master', 'worker'] as const) {
  t.test(`a ${role} that a signal has stopped is replaced`, { skip }, async (t) => {
    const { nginx, url, lines } = await withNginx(t, ok)
    const master = nginx.pid as number
    const worker = await until(() => childrenOf(master)[0])
    const stopped = role === 'master' ? master : worker
    process.kill(stopped, 'SIGSTOP')
    await until(() => (role === 'master' ? nginx.pid !== stopped : !childrenOf(master).includes(stopped)))
    const answer = () =>
      fetch(url).then(
        (response) => response.text(),
        () => undefined,
      )
    t.equal(await until(answer), 'ok')
    t.equal(lines.filter((line) => line.includes('stopped by a signal')).length, 1)
  })
}

t.test('a port that is about to become free is waited for', { skip }, async (t) => {
  const options = await nginxOptions(t)
  const other = createTcpServer().listen(options.port, '0.0.0.0')
  await once(other, 'listening')
  await makeServer(t, options.socketPath)
  const starting = startNginx(options)
  setTimeout(() => other.close(), 200)
  const nginx = await starting
  t.equal(await nginx.stop({ timeoutMs: 10_000 }), true)
})

t.test('stopping answers the request that runs and refuses new connections', { skip }, async (t) => {
  let answer: (() => void) | undefined
  const { nginx, url, port } = await withNginx(t, (_, response) => {
    answer = () => response.end('late')
  })
  const running = fetch(url)
  const release = await until(() => answer)
  const stopped = nginx.stop({ timeoutMs: 60_000 })
  await until(() => isRefused(port))
  release()
  t.equal(await (await running).text(), 'late')
  t.equal(await stopped, true)
  t.equal(await nginx.stop({ timeoutMs: 0 }), true, 'and stopping twice is harmless')
})

t.test('stopping does not wait beyond its deadline', { skip }, async (t) => {
  let arrived = false
  const { nginx, url } = await withNginx(t, () => {
    arrived = true
  })
  const running = fetch(url).catch((error: Error) => error)
  await until(() => arrived)
  t.equal(await nginx.stop({ timeoutMs: 50 }), false)
  t.ok((await running) instanceof Error)
})

t.test('a port in use is a start-up error that names it', { skip }, async (t) => {
  const options = await nginxOptions(t)
  const other = createTcpServer().listen(options.port, '0.0.0.0')
  await once(other, 'listening')
  t.teardown(() => other.close())
  await makeServer(t, options.socketPath)
  await t.rejects(startNginx(options), {
    name: 'StartupError',
    message: `port ${options.port}: it is in use; choose another with --port`,
  })
})

for (const [what, tools] of [
  ['no setpriv either', []],
  ['setpriv', ['setpriv', 'true']],
] as const)
  t.test(`a missing nginx is a start-up error that says so, with ${what}`, async (t) => {
    const folder = t.testdir()
    for (const tool of tools) symlinkSync(`/usr/bin/${tool}`, join(folder, tool))
    const options = await nginxOptions(t)
    await makeServer(t, options.socketPath)
    const { PATH } = process.env
    t.teardown(() => {
      process.env.PATH = PATH
    })
    process.env.PATH = folder
    await t.rejects(startNginx(options), {
      name: 'StartupError',
      message: /no executable called nginx is on PATH/,
    })
  })

t.test('a template that nginx refuses is a start-up error with its reason', { skip }, async (t) => {
  const options = await nginxOptions(t, { template: (text) => `${text}\nnonsense on;\n` })
  await makeServer(t, options.socketPath)
  await t.rejects(startNginx(options), {
    name: 'StartupError',
    message: /exit code 1: unknown directive "nonsense"/,
  })
})

async function makeServer(t: Test, path: string): Promise<void> {
  const server = createTcpServer().listen(path)
  await once(server, 'listening')
  t.teardown(() => server.close())
}
