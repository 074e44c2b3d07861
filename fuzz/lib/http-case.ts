/** Requests that are not, or only just, HTTP/1.1 (RFC 9112): the body in them is valid. */

import type { Case, Piece, ValidRequest } from './case.ts'
import type { Random } from './random.ts'
import { chunked, type HeaderLine, HOST, headOf, withChunks, withLength } from './write-request.ts'

type Made = Partial<Case> & Pick<Case, 'what' | 'pieces'>

type Kind = (request: ValidRequest, random: Random) => Made

const LENGTH = (bytes: Buffer): HeaderLine => ['Content-Length', String(bytes.length)]
const CHUNKED: HeaderLine = ['Transfer-Encoding', 'chunked']

/**
 * The server may answer what follows too, or not. The client does not end its half of the connection here: Node gives up
 * what is not answered when a client does.
 */
const ONE_OR_MORE = { least: 1, most: 100 }

const whole = (...parts: (Buffer | string)[]): Piece[] => [
  { bytes: Buffer.concat(parts.map((part) => Buffer.from(part as string))), pauseMs: 0 },
]

const right = ({ expected }: ValidRequest): Partial<Case> => ({
  mustSucceed: true,
  ...(expected && { expected }),
})

const first = (line: string, headers: readonly HeaderLine[], { bytes }: ValidRequest): Piece[] =>
  whole(headOf([HOST, ...headers, LENGTH(bytes)], line), bytes)

const KINDS: Readonly<Record<string, Kind>> = {
  'two at once': (request) => ({
    what: 'two at once',
    pieces: whole(withLength(request.headers, request.bytes), withLength(request.headers, request.bytes)),
    replies: { least: 2, most: 2 },
    ...right(request),
  }),
  'rubbish behind': (request, random) => ({
    what: 'rubbish behind',
    pieces: whole(
      withLength(request.headers, request.bytes),
      random.pick(['rubbish\r\n\r\n', '\0\0', 'GET', random.bytes(20)]),
    ),
    replies: ONE_OR_MORE,
    ...right(request),
  }),
  'slow bytes': (request, random) => {
    const bytes = withLength(request.headers, request.bytes)
    const step = Math.ceil(bytes.length / random.between(2, 8))
    const pieces = Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) => ({
      bytes: bytes.subarray(index * step, (index + 1) * step),
      pauseMs: random.between(1, 20),
    }))
    return { what: 'slow bytes', pieces, ...right(request) }
  },
  'lengths that differ': ({ headers, bytes }, random) => {
    const lengths = random.pick([
      [LENGTH(bytes), LENGTH(bytes)],
      [LENGTH(bytes), ['Content-Length', '0']],
      [['Content-Length', `${bytes.length}, ${bytes.length}`]],
      [['Content-Length', `+${bytes.length}`]],
      [['Content-Length', '-1']],
      [['Content-Length', '0x10']],
      [['Content-Length', '']],
      [['Content-Length', '99999999999999999999']],
      [LENGTH(bytes), CHUNKED],
    ] as HeaderLine[][])
    return {
      what: 'lengths that differ',
      pieces: whole(headOf([HOST, ...headers, ...lengths]), bytes),
      replies: ONE_OR_MORE,
    }
  },
  'shorter than it says': ({ headers, bytes }, random) => ({
    what: 'shorter than it says',
    pieces: whole(
      headOf([HOST, ...headers, ['Content-Length', String(bytes.length + random.pick([1, 100, 1e6]))]]),
      bytes,
    ),
    replies: { least: 0, most: 1 },
    ends: true,
  }),
  'longer than it says': ({ headers, bytes }, random) => ({
    what: 'longer than it says',
    pieces: whole(
      headOf([HOST, ...headers, ['Content-Length', String(random.below(bytes.length + 1))]]),
      bytes,
    ),
    replies: ONE_OR_MORE,
  }),
  'broken chunks': ({ headers, bytes }, random) => {
    const text = chunked(bytes, random).toString('latin1')
    const broken = random.pick([
      text.replace(
        /^[\da-f]+/,
        random.pick(['-1', 'g', '', '0x5', 'fffffffffffffffff', '1 ', '00000000000000000001']),
      ),
      text.replace('\r\n', '\n'),
      text.replace('\r\n', random.pick([';a=b\r\n', ';\r\n', ` ;${'x'.repeat(20_000)}\r\n`])),
      text.slice(0, -random.between(1, 6)),
      `${text.slice(0, -2)}Trailer: a\r\nContent-Length: 3\r\n\r\n`,
      `${text}0\r\n\r\n`,
    ])
    return {
      what: 'broken chunks',
      pieces: whole(headOf([HOST, ...headers, CHUNKED]), Buffer.from(broken, 'latin1')),
      replies: { least: 0, most: 100 },
      ends: true,
    }
  },
  'another transfer coding': ({ headers, bytes }, random) => {
    const coding = random.pick([
      'gzip',
      'identity',
      'chunked, chunked',
      'gzip, chunked',
      'xchunked',
      'Chunked',
      ' chunked',
      '',
    ])
    return {
      what: `transfer coding "${coding}"`,
      pieces: whole(headOf([HOST, ...headers, ['Transfer-Encoding', coding]]), chunked(bytes, random)),
      replies: ONE_OR_MORE,
    }
  },
  'another method': (request, random) => {
    const method = random.pick([
      'GET',
      'PUT',
      'DELETE',
      'OPTIONS',
      'HEAD',
      'TRACE',
      'CONNECT',
      'PATCH',
      'FOO',
      'post',
      'PRI',
      'QUERY',
    ])
    return {
      what: `method ${method}`,
      pieces: first(`${method} /invocations HTTP/1.1`, request.headers, request),
      replies: ONE_OR_MORE,
      bodiless: method === 'HEAD',
    }
  },
  'another path': (request, random) => {
    const path = random.pick([
      '/',
      '//invocations',
      '/invocations/',
      '/invocations?x=1',
      '/invocations#x',
      '/Invocations',
      '/%',
      '/%00',
      '/%2e%2e/x',
      '/../../etc/passwd',
      '*',
      'invocations',
      'http://other/invocations',
      `/${'a'.repeat(5000)}`,
      '/\u00e9',
      '/ping',
      '/models',
    ])
    return {
      what: `path ${path.slice(0, 40)}`,
      pieces: first(`POST ${path} HTTP/1.1`, request.headers, request),
      replies: ONE_OR_MORE,
    }
  },
  'another version': (request, random) => {
    const version = random.pick([
      'HTTP/1.0',
      'HTTP/1.2',
      'HTTP/2.0',
      'HTTP/3.0',
      'HTTP/1.1 ',
      'HTTP/11',
      'HTTP/1.x',
      'http/1.1',
      'FTP/1.1',
    ])
    return {
      what: `version ${version}`,
      pieces: first(`POST /invocations ${version}`, request.headers, request),
      replies: ONE_OR_MORE,
    }
  },
  'a host': ({ headers, bytes }, random) => {
    const hosts = random.pick([
      [],
      [HOST, HOST],
      [['Host', '']],
      [['Host', 'a b']],
      [['Host', 'x'.repeat(300)]],
      [['Host', ':::']],
    ] as HeaderLine[][])
    return {
      what: `hosts ${hosts.map(([, value]) => value.slice(0, 20)).join('|') || 'none'}`,
      pieces: whole(headOf([...hosts, ...headers, LENGTH(bytes)]), bytes),
      replies: ONE_OR_MORE,
    }
  },
  'a header line': ({ headers, bytes }, random) => {
    const line = random.pick([
      'no colon',
      ' leading: space',
      'Name : x',
      ': x',
      'Nul: \0',
      'Cr: a\rb',
      'Long: '.padEnd(20_000, 'x'),
      'Tab:\t\tx',
      'Folded: a\r\n b',
      Array.from({ length: 200 }, (_, n) => `X-${n}: a`).join('\r\n'),
      Array.from({ length: 3000 }, (_, n) => `X-${n}: a`).join('\r\n'),
      'N\u00e4me: x',
    ])
    const head = headOf([HOST, ...headers, LENGTH(bytes)])
      .toString('latin1')
      .slice(0, -2)
    return {
      what: `header line ${line.slice(0, 20)}`,
      pieces: whole(Buffer.from(`${head}${line}\r\n\r\n`, 'latin1'), bytes),
      replies: ONE_OR_MORE,
    }
  },
  'bare line feeds': ({ headers, bytes }) => ({
    what: 'bare line feeds',
    pieces: whole(
      headOf([HOST, ...headers, LENGTH(bytes)])
        .toString('latin1')
        .replaceAll('\r\n', '\n'),
      bytes,
    ),
    replies: ONE_OR_MORE,
  }),
  'an expectation': ({ headers, bytes }, random) => {
    const expectation = random.pick(['100-continue', 'x', '100-continue, x', ''])
    return {
      what: `Expect: ${expectation}`,
      pieces: whole(headOf([HOST, ...headers, ['Expect', expectation], LENGTH(bytes)]), bytes),
      replies: ONE_OR_MORE,
    }
  },
  'an upgrade': ({ headers, bytes }, random) => ({
    what: 'an upgrade',
    pieces: whole(
      headOf([
        HOST,
        ...headers,
        ['Connection', 'Upgrade'],
        ['Upgrade', random.pick(['websocket', 'h2c', 'x'])],
        LENGTH(bytes),
      ]),
      bytes,
    ),
    replies: ONE_OR_MORE,
  }),
  trailers: (request, random) => {
    const bytes = withChunks(request.headers, request.bytes, random)
    return {
      what: 'trailers',
      pieces: whole(bytes.subarray(0, bytes.length - 2), 'X-Trailer: a\r\n\r\n'),
      ...right(request),
    }
  },
  'no HTTP': (_request, random) => ({
    what: 'no HTTP',
    pieces: whole(
      random.pick([
        '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03',
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        'SSH-2.0-x\r\n',
        '\r\n\r\n\r\n',
        'x'.repeat(20_000),
        random.bytes(50),
      ]),
    ),
    replies: { least: 0, most: 100 },
    ends: true,
  }),
  'gone in the middle': ({ headers, bytes }, random) => {
    const request = withLength(headers, bytes)
    return {
      what: 'gone in the middle',
      pieces: whole(request.subarray(0, random.below(request.length))),
      replies: { least: 0, most: 1 },
      ends: true,
    }
  },
}

export const httpCase = (request: ValidRequest, random: Random): Made =>
  (KINDS[random.pick(Object.keys(KINDS))] as Kind)(request, random)
