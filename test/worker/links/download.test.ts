/** Links as an attacker would send them. */

import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { ServingError } from '../../../src/errors.ts'
import { createDownload } from '../../../src/worker/links/download.ts'
import type { WebOptions } from '../../../src/worker/links/web.ts'

const MAX_BYTES = 100_000

/** What the server of these tests does by path; `port` is its own. */
const ROUTES: Record<string, (response: ServerResponse, port: number) => void> = {
  '/photos/cat.jpg': (response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end('a cat'),
  '/secret': (response) => response.end('a secret'),
  '/photos/away': (response) => response.writeHead(302, { location: 'http://example.org/' }).end(),
  '/photos/up': (response) => response.writeHead(302, { location: '../secret' }).end(),
  '/photos/metadata': (response) =>
    response.writeHead(301, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
  '/photos/file': (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/photos/broken': (response) => response.writeHead(302, { location: 'http://[' }).end(),
  '/photos/next': (response) => response.writeHead(307, { location: 'cat.jpg' }).end(),
  '/photos/round': (response) => response.writeHead(302, { location: '/photos/round' }).end(),
  '/photos/huge': (response) => response.writeHead(200, { 'content-length': 1e12 }).write('x'),
  '/photos/endless': (response) => {
    const more = (): void => {
      while (response.write(Buffer.alloc(65_536))) {}
    }
    response.on('drain', more)
    more()
  },
  '/photos/drip': (response) => {
    response.write('x')
    const timer = setInterval(() => response.write('x'), 50)
    response.on('close', () => clearInterval(timer))
  },
  '/photos/silent': () => {},
  '/photos/cut': (response) => {
    response.writeHead(200, { 'content-length': 10 }).write('abc')
    setImmediate(() => response.destroy())
  },
  '/photos/bomb': (response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000))),
  '/photos/gone': (response) => response.writeHead(404).end(),
}

const listen = async (t: Test): Promise<{ port: number; asked: string[] }> => {
  const asked: string[] = []
  const listener: RequestListener = (request, response) => {
    asked.push(request.url ?? '')
    const route = ROUTES[request.url?.split('?')[0] ?? '']
    if (route === undefined) response.writeHead(404).end()
    else route(response, port)
  }
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port, asked }
}

const downloader = (
  entries: string[],
  { exceptions, timeoutMs = 5000 }: { exceptions?: WebOptions['exceptions']; timeoutMs?: number } = {},
) => {
  const download = createDownload({
    entries,
    code: import.meta.url,
    maxBytes: MAX_BYTES,
    timeoutMs,
    ...(exceptions && { exceptions }),
  })
  return (link: unknown) => download(link, new AbortController().signal)
}

const refusal = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise
    return 'it was fetched'
  } catch (error) {
    return error instanceof ServingError && error.code === 'ERR_INVALID_LINK'
      ? error.message
      : `not refused: ${error}`
  }
}

/** This machine, the network that it is in, and what clouds tell their machines: in all spellings. */
const PRIVATE = [
  'http://127.0.0.1:PORT/secret',
  'http://127.1:PORT/secret',
  'http://2130706433:PORT/secret',
  'http://0x7f000001:PORT/secret',
  'http://0177.0.0.1:PORT/secret',
  'http://127.000.000.001:PORT/secret',
  'http://0:PORT/secret',
  'http://0.0.0.0:PORT/secret',
  'http://localhost:PORT/secret',
  'http://LOCALHOST:PORT/secret',
  'http://localhost.:PORT/secret',
  'http://[::1]:PORT/secret',
  'http://[::]:PORT/secret',
  'http://[::ffff:127.0.0.1]:PORT/secret',
  'http://[::ffff:7f00:1]:PORT/secret',
  'http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/secret',
  'http://[64:ff9b::7f00:1]:PORT/secret',
  'http://[2002:7f00:1::]:PORT/secret',
  'http://[fe80::1]:PORT/secret',
  'http://[fc00::1]:PORT/secret',
  'http://[fec0::1]:PORT/secret',
  'http://１２７.０.０.１:PORT/secret',
  'http://127。0。0。1:PORT/secret',
  'http://169.254.169.254:PORT/latest/meta-data/',
  'http://[::ffff:169.254.169.254]:PORT/latest/meta-data/',
  'http://169.254.170.2:PORT/v2/credentials',
  'http://[fd00:ec2::254]:PORT/latest/meta-data/',
  'http://10.0.0.1:PORT/',
  'http://172.16.0.1:PORT/',
  'http://192.168.0.1:PORT/',
  'http://100.64.0.1:PORT/',
  'http://192.0.0.192:PORT/',
  'http://198.18.0.1:PORT/',
  'http://224.0.0.1:PORT/',
  'http://255.255.255.255:PORT/',
  'http://rebinding.example.com:PORT/secret',
]

t.test('no spelling of a private address is connected to, whatever hosts are allowed', async (t) => {
  const { port, asked } = await listen(t)
  // As a name server would that gives this machine's address for a name of its own.
  const lookup = (
    hostname: string,
    options: { all?: boolean },
    callback: (error: Error | null, address: unknown, family?: number) => void,
  ) => {
    const address =
      hostname.startsWith('localhost') || hostname.startsWith('rebinding') ? '127.0.0.1' : '8.8.8.8'
    if (options.all)
      callback(null, [
        { address: '8.8.8.8', family: 4 },
        { address, family: 4 },
      ])
    else callback(null, address, 4)
  }
  const download = downloader([`http://*:${port}/`], { exceptions: { lookup } })
  for (const link of PRIVATE) {
    const message = await refusal(download(link.replace('PORT', String(port))))
    t.equal(message, 'the link leads to an address that is not public', link)
  }
  t.strictSame(asked, [], 'nobody was asked')
})

t.test('only what is listed is fetched, and what it redirects to must be listed too', async (t) => {
  const { port, asked } = await listen(t)
  const exceptions = { allowIPAddressList: ['127.0.0.1'] }
  const base = `http://127.0.0.1:${port}`
  const download = downloader([`${base}/photos/`], { exceptions })
  const cat = { body: Buffer.from('a cat'), contentType: 'image/jpeg' }
  t.strictSame(await download(`${base}/photos/cat.jpg`), cat)
  t.strictSame(await download(`${base}/photos/next`), cat, 'a redirect within the list is followed')
  asked.length = 0
  const notAllowed = /not one that "links" of serving\.yaml allows/
  for (const link of [
    `${base}/secret`,
    `${base}/photos`,
    `${base}/photosecret`,
    `${base}/photos/../secret`,
    `${base}/photos/%2e%2e/secret`,
    `${base}/photos/..%2fsecret`,
    `${base}/photos/..%5csecret`,
    `${base}/photos\\..\\secret`,
    `https://127.0.0.1:${port}/photos/cat.jpg`,
    `http://127.0.0.1/photos/cat.jpg`,
    `http://user@127.0.0.1:${port}/photos/cat.jpg`,
    `http://user:word@127.0.0.1:${port}/photos/cat.jpg`,
    `http://127.0.0.1:${port}@example.org/photos/cat.jpg`,
    'file:///etc/passwd',
    'ftp://127.0.0.1/x',
    'data:text/plain,x',
    'gopher://127.0.0.1:6379/_FLUSHALL',
    's3://bucket/key',
  ])
    t.match(await refusal(download(link)), notAllowed, link)
  for (const link of ['', 'cat.jpg', '//example.org/', 'http://', 'http://a b/', 7, null, undefined, {}])
    t.match(await refusal(download(link)), /^the link is not a URL$|^a link is a text/, String(link))
  t.strictSame(asked, [], 'nobody was asked')
  const leadsOn = /leads on to one that "links" of serving\.yaml does not allow/
  for (const path of ['away', 'up', 'metadata', 'file'])
    t.match(await refusal(download(`${base}/photos/${path}`)), leadsOn, path)
  t.match(await refusal(download(`${base}/photos/broken`)), /not a URL/)
  t.match(await refusal(download(`${base}/photos/round`)), /leads on more than 3 times/)
  t.match(await refusal(download(`${base}/photos/gone`)), /status 404/)
  t.notOk(asked.includes('/secret'))
})

t.test('where a redirect may lead anywhere, it still does not lead to a private address', async (t) => {
  const { port } = await listen(t)
  const exceptions = { allowIPAddressList: ['127.0.0.1'] }
  const download = downloader(['http://*/', `http://*:${port}/`], { exceptions })
  t.equal(
    await refusal(download(`http://127.0.0.1:${port}/photos/metadata`)),
    'the link leads to an address that is not public',
  )
})

t.test('what comes is bounded in bytes and in time', async (t) => {
  const { port } = await listen(t)
  const exceptions = { allowIPAddressList: ['127.0.0.1'] }
  const link = (path: string) => `http://127.0.0.1:${port}/photos/${path}`
  const download = downloader([link('')], { exceptions })
  t.match(await refusal(download(link('huge'))), /more than 100000 bytes/)
  t.match(await refusal(download(link('endless'))), /more than 100000 bytes/)
  t.match(await refusal(download(link('bomb'))), /Content-Encoding gzip/)
  t.match(await refusal(download(link('cut'))), /cannot be fetched/)
  const hasty = downloader([link('')], { exceptions, timeoutMs: 200 })
  t.match(await refusal(hasty(link('drip'))), /did not arrive within 200 ms/)
  t.match(await refusal(hasty(link('silent'))), /did not arrive within 200 ms/)
})

t.test('without a list nothing is fetched, and a list that says more than it means is refused', async (t) => {
  const off = createDownload({ entries: undefined, code: import.meta.url, maxBytes: 1 })
  await t.rejects(
    off('https://example.org/', new AbortController().signal),
    /download is off: list under "links"/,
  )
  for (const entry of [
    'example.org',
    'https://user@example.org/',
    'file:///',
    'https://a.*.org/',
    'https://example.org/?a',
    's3://b',
    'https://*example.org/',
  ])
    t.throws(() => downloader([entry]), /serving\.yaml: links: expected .*, found/, entry)
})
