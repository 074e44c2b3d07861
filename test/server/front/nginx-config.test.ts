import { readFile } from 'node:fs/promises'
import t from 'tap'
import { ERRORS, StartupError } from '../../../src/errors.ts'
import { capacityOf, type FrontSettings, renderNginxConfig } from '../../../src/server/front/nginx-config.ts'

/** Not a template string: nginx.conf's own placeholders. */
const placeholder = (name: string) => `\${${name}}`

const settings: FrontSettings = {
  port: 8080,
  socketPath: '/tmp/serving-x/server.sock',
  tempDir: '/tmp/serving-x/nginx',
  maxBodyBytes: 1000,
  requestTimeoutMs: 2500,
  cores: 2.5,
  openFiles: 20_000,
}

t.test(
  'every placeholder of the template is filled, and nothing else that looks like a variable is touched',
  async (t) => {
    const template = await readFile('nginx.conf', 'utf8')
    const config = renderNginxConfig(template, settings)
    const code = config.split('\n').filter((line) => !line.trimStart().startsWith('#'))
    t.notMatch(code.join('\n'), /\$\{/)
    t.match(config, 'listen 0.0.0.0:8080 backlog')
    t.match(config, 'server unix:/tmp/serving-x/server.sock ')
    t.match(config, 'pid /tmp/serving-x/nginx/nginx.pid;')
    t.match(config, 'client_max_body_size 1000;')
    t.match(config, 'worker_processes 2;')
    t.match(config, '"requestId":"$error_id"')
  },
)

t.test('nginx waits longer for a response than the server may take', async (t) => {
  t.equal(renderNginxConfig(placeholder('READ_TIMEOUT'), settings), '7500ms')
})

t.test('there is at least one worker process and there are at most four', async (t) => {
  const processes = (cores: number) =>
    renderNginxConfig(placeholder('WORKER_PROCESSES'), { ...settings, cores })
  t.equal(processes(0.25), '1')
  t.equal(processes(96), '4')
})

t.test('a path that nginx would read as syntax is refused with its name', async (t) => {
  for (const tempDir of ['/tmp/a b', '/tmp/a;b', '/tmp/$a', '/tmp/{a}', 'relative', '/tmp/"a"', '/tmp/a\nb'])
    t.throws(() => renderNginxConfig('', { ...settings, tempDir }), {
      name: StartupError.name,
      message: /^tempDir: .*received/,
    })
})

t.test('a placeholder that nobody fills is refused with its name', async (t) => {
  t.throws(() => renderNginxConfig(placeholder('COLOUR'), settings), { message: /\$\{COLOUR\}/ })
})

t.test('what nginx refuses by itself has the codes and statuses of the table', async (t) => {
  const config = renderNginxConfig(await readFile('nginx.conf', 'utf8'), settings)
  const replies = [...config.matchAll(/return (\d+) '(.*)';/g)]
  t.equal(replies.length, config.match(/return /g)?.length)
  for (const [, status, body = ''] of replies) {
    const { code } = JSON.parse(body)
    t.equal(ERRORS[code as keyof typeof ERRORS].status, Number(status), code)
  }
})

t.test(
  'whatever `ulimit -n` allows, bodies leave connections for pings, and the server has room for all of them',
  async (t) => {
    for (const cores of [0.5, 1, 2, 4, 64]) {
      for (const openFiles of [264, 1024, 4096, 20_000, 65_536, 1_048_576, Number.POSITIVE_INFINITY]) {
        const { workerProcesses, connections, bodies } = capacityOf({ cores, openFiles })
        t.ok(
          bodies >= 1 && 3 * bodies <= connections,
          'two connections for each body, and a third for the rest',
        )
        t.ok(connections < openFiles)
        t.ok(workerProcesses * bodies < openFiles)
      }
    }
  },
)

t.test('one worker process holds 10,000 slow requests where nothing limits its open files', async (t) => {
  t.ok(capacityOf({ cores: 1, openFiles: Number.POSITIVE_INFINITY }).bodies > 10_000)
})
