/** `size` as a whole: an endpoint of a rehearsal, and a model that is served here; with steps so short that little is shown. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { registerSize } from '../../scripts/commands/size.ts'
import type { Sized } from '../../scripts/size/run.ts'
import { fixture, ROOT } from '../fixtures/index.ts'
import { stage } from '../scripts/with-rehearsal.ts'

const SHORT = ['--yes', '--step', '0.5s', '--p99', '2s']

t.test('an endpoint is put under load up to a rate, and what follows from it is said', async (t) => {
  const bodies: string[] = []
  const here = await stage(t, {
    behaviour: {
      answer: (_, { body, headers }) => {
        bodies.push(`${headers['content-type']} ${body}`)
        return { body: '{}' }
      },
    },
  })
  await here.deploy(here.deployment(['one']))
  const folder = t.testdir({ 'a.json': '[[1]]', 'b.csv': '1,2' })
  const plot = join(folder, 'size.svg')
  const argv = [
    'size',
    '--endpoint',
    'digits',
    '--rate',
    '500',
    '--plot',
    plot,
    '--max-rate',
    '100',
    ...SHORT,
  ]
  argv.push('--body', join(folder, 'a.json'), '--body', join(folder, 'b.csv'))
  const { value, text, output, error } = await here.command(registerSize, argv)
  t.equal(error, undefined)
  const { rate = 0, points, recommendation, operating, sent } = value as Sized
  t.equal(rate, 100)
  t.ok(points.length >= 4 && points.every(({ sent, errors }) => sent > 0 && errors === 0))
  t.equal(operating?.perSecond, 70)
  t.match(recommendation, {
    type: /^ml\./,
    perInstance: 50,
    planned: 35,
    instances: 16,
  })
  t.equal(bodies.length, sent)
  t.strictSame([...new Set(bodies)].sort(), ['application/json [[1]]', 'text/csv 1,2'])
  t.match(
    text,
    /^REQUESTS\/S .*\n[\s\S]*digits \(2 × ml\.\S+\) holds a p99 of 2000 ms at up to 100 requests a second\. No higher one was tried\./,
  )
  t.match(text, /autoscaling:\n {2}min: 2\n {2}max: 16\n {2}target: \{ metric: \S+, value: /)
  t.match(text, /cost: unknown for 2 to 16 × ml\./)
  t.match(output.steps[0], /^Puts the endpoint digits under load[\s\S]*It costs what its requests cost/)
  const svg = readFileSync(plot, 'utf8')
  t.match(svg, /^<svg [\s\S]*requests a second →[\s\S]*p99 of 2000 ms[\s\S]*<\/svg>\n$/)
  t.notMatch(svg, 'NaN')
})

/** Processes of the group of a child, by what they were started with. */
const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const said = async (child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> => {
  let text = ''
  for await (const chunk of child.stderr as NodeJS.ReadableStream) {
    text += chunk
    const found = pattern.exec(text)
    if (found !== null) return found
  }
  throw new Error(`ended without ${pattern}: ${text}`)
}

t.test('a model is served here meanwhile, and Ctrl-C ends both with what is known', async (t) => {
  const argv = ['--import', 'tsx', 'scripts/endpoint.ts', 'size', '--model', fixture('add-one'), '--json']
  const child = spawn(process.execPath, [...argv, '--step', '1s', '--rate', '10'], { cwd: ROOT })
  t.teardown(() => child.kill('SIGKILL'))
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  const closed = once(child, 'close')
  await said(child, /\/s: p50 [\d.]+ ms/)
  const server = Number(
    readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0],
  )
  t.ok(isThere(server))
  child.stderr.resume()
  child.kill('SIGINT')
  t.strictSame(await closed, [130, null])
  t.notOk(isThere(server))
  const { target, points, stopped, aloneMs = 0, sent } = JSON.parse(printed) as Sized
  t.match(target, /add-one on this machine \([\d.]+ CPUs, \d+ workers?\)$/)
  t.equal(stopped, 'interrupted')
  t.ok(aloneMs > 0 && sent > 40)
  t.match(points[0]?.statuses, { 200: Number })
  t.strictSame(Object.keys(points[0]?.statuses ?? {}), ['200'], "the server takes the server's example")
})
