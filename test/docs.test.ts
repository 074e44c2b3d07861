/** The reference pages under docs/ and the tables in src/ say the same, in both directions. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { BOMBS } from '../fuzz/bombs/all.ts'
import { ERRORS } from '../src/errors.ts'
import { KINDS } from '../src/model/kinds.ts'
import { PROCESSORS } from '../src/model/layouts/image-processors.ts'
import { BUNDLED_MODEL } from '../src/places.ts'
import { flagOf, SETTINGS } from '../src/server/config/settings.ts'
import { expectation } from '../src/server/config/values.ts'
import { METRICS } from '../src/server/observe/metrics.ts'
import { TASKS } from '../src/worker/hugging-face/all.ts'
import { ROOT } from './fixtures/index.ts'

/** The cells of each row of a page's only table, without its head. */
const tableRows = (page: string): string[][] =>
  readFileSync(`${ROOT}docs/${page}`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )

const code = (text: string): string => `\`${text}\``

t.test('docs/configuration.md has each setting as it is, and no other', async (t) => {
  const defaults: Record<string, string> = {
    [BUNDLED_MODEL]: 'examples/digits/model',
    [tmpdir()]: "the system's",
  }
  const expected = Object.entries(SETTINGS).map(([key, setting]) => [
    code(flagOf(key)),
    defaults[setting.default] ?? String(setting.default),
    setting.variables
      .map((variable) => {
        if (typeof variable === 'string') return code(variable)
        const zero = 'zero' in variable ? ` (0 is ${variable.zero})` : ''
        return `${code(variable.name)} × ${variable.times}${zero}`
      })
      .join(', '),
    expectation(setting),
    setting.meaning,
  ])
  t.strictSame(tableRows('configuration.md'), expected)
})

t.test("docs/hugging-face.md has a section for each task of Hugging Face's", async (t) => {
  const page = readFileSync(`${ROOT}docs/hugging-face.md`, 'utf8')
  const sections = [...page.matchAll(/^## ([a-z-]+)$/gm)].map(([, name]) => name)
  t.strictSame(sections.sort(), TASKS.map(({ name }) => name).sort())
})

t.test('docs/errors.md has each error as it is, and no other', async (t) => {
  const expected = Object.entries(ERRORS).map(([name, { status, meaning }]) => [
    code(name),
    String(status),
    meaning,
  ])
  t.strictSame(tableRows('errors.md'), expected)
})

t.test('each error is one that the server can give', async (t) => {
  const sources = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== 'errors.ts')
    .map((file) => readFileSync(`${ROOT}src/${file}`, 'utf8'))
  for (const name of Object.keys(ERRORS)) {
    t.ok(
      sources.some((text) => text.includes(`'${name}'`)),
      `${name} occurs in src/ outside errors.ts`,
    )
  }
})

t.test('docs/metrics.md has each metric as it is, and no other', async (t) => {
  const expected = Object.values(METRICS).map(({ name, type, labels, help }) => [
    code(name),
    type,
    labels.map(code).join(', '),
    help,
  ])
  t.strictSame(tableRows('metrics.md'), expected)
})

/** Settings and keys that bound something. */
const BOUNDS_SOMETHING = /^max|TimeoutMs$/

/** Those that bound no request: a delay, which has its own reference. */
const NO_BOUND = ['maxBatchDelayMs']

t.test(
  'docs/limits.md has each bound that can be set, with its default, and names errors and bombs that there are',
  async (t) => {
    // The other table of the page has more columns.
    const bounds = tableRows('limits.md').filter((cells) => cells.length === 5)
    const isSet = (pattern: RegExp) => bounds.filter(([, , setting = '']) => pattern.test(setting))
    const flags = Object.entries(SETTINGS)
      .filter(([key]) => BOUNDS_SOMETHING.test(key) && !NO_BOUND.includes(key))
      .map(([key, setting]) => [code(flagOf(key)), String(setting.default)])
    t.strictSame(
      isSet(/^`--/)
        .map(([, value, flag]) => [flag, value])
        .sort(),
      flags.sort(),
    )
    const keys = tableRows('serving-yaml.md')
      .filter(([key = '']) => key.startsWith('`limits.'))
      .map(([key, , value]) => [key, value])
    t.strictSame(
      isSet(/^`limits\./)
        .map(([, value, key]) => [key, value])
        .sort(),
      keys.sort(),
    )
    for (const [bound = '', , , answer = '', bombs = ''] of bounds) {
      for (const [, status, name = ''] of answer.matchAll(/(\d{3}) `(\w+)`/g))
        t.equal(String(ERRORS[name as keyof typeof ERRORS]?.status), status, `${bound}: ${name}`)
      for (const [, name = ''] of bombs.matchAll(/`([^`]+)`/g))
        t.ok(
          BOMBS.some((bomb) => bomb.name === name),
          `${bound}: ${name}`,
        )
    }
  },
)

t.test('docs/supported-models.md has each kind of file that is recognised and refused', async (t) => {
  const page = readFileSync(`${ROOT}docs/supported-models.md`, 'utf8')
  t.strictSame(
    KINDS.map(({ what }) => what.replace(/^an? /, '')).filter((what) => !page.includes(what)),
    [],
  )
})

t.test('docs/supported-models.md has each image processor that is understood', async (t) => {
  const [, list = ''] = /The image processors that are understood, [^:]*: ([^.]*)\./.exec(
    readFileSync(`${ROOT}docs/supported-models.md`, 'utf8'),
  ) as string[]
  t.strictSame(list.split(/,\s+/).sort(), Object.keys(PROCESSORS).sort())
})

const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8')

t.test(
  'docs/supported-folders.md has each folder of examples/, with the libraries of its answers',
  async (t) => {
    const folders = readdirSync(`${ROOT}examples`, { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    )
    const rows = tableRows('supported-folders.md')
    t.strictSame(
      rows.map(([link = '']) => /^\[([\w-]+)\]\(\.\.\/examples\/\1\/\S+\)$/.exec(link)?.[1]),
      folders.map(({ name }) => name).sort(),
    )
    for (const [link = '', made = ''] of rows) {
      const requests = `examples/${/\[(.*)\]/.exec(link)?.[1]}/requests.json`
      if (!existsSync(ROOT + requests)) continue
      for (const library of Object.keys(JSON.parse(read(requests)).python ?? {}))
        t.match(made.toLowerCase(), library.toLowerCase(), `${link} names ${library}`)
    }
  },
)

t.test('the code in docs/from-python.md is in the scripts that it names, line by line', async (t) => {
  const blocks = [...read('docs/from-python.md').matchAll(/^```python (\S+)\n([\s\S]*?)^```$/gm)]
  t.ok(blocks.length > 8, `${blocks.length} blocks`)
  const linesOf = (text: string) => text.split('\n').map((line) => line.trim())
  for (const [, name = '', code = ''] of blocks) {
    const script = linesOf(read(`examples/${name.endsWith('.py') ? name : `${name}/make.py`}`))
    const missing = linesOf(code).filter((line) => !script.includes(line))
    t.strictSame(missing, [], name)
  }
})

t.test('links between the pages lead somewhere', async (t) => {
  const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'examples/digits/README.md'].concat(
    readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => `docs/${file}`),
  )
  for (const page of pages) {
    for (const [, target = ''] of readFileSync(ROOT + page, 'utf8').matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (!target.includes('://')) t.ok(existsSync(join(ROOT, dirname(page), target)), `${page}: ${target}`)
    }
  }
})
