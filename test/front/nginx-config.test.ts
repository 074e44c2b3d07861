import { readFile } from 'node:fs/promises'
import t from 'tap'
import { StartupError } from '../../src/errors.ts'
import { type FrontSettings, renderNginxConfig } from '../../src/front/nginx-config.ts'

/** Not a template string: nginx.conf's own placeholders. */
const placeholder = (name: string) => `\${${name}}`

const settings: FrontSettings = {
  port: 8080,
  socketPath: '/tmp/serving-x/server.sock',
  tempDir: '/tmp/serving-x/nginx',
  maxBodyBytes: 1000,
  requestTimeoutMs: 2500,
  cores: 2.5,
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

t.test('nginx waits longer for an answer than the server may take', async (t) => {
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
