/** What docs/ says of endpoint.yaml is what the schema says. If it is not: `npx tsx scripts/config/write-reference.ts`. */

import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { keyTable, publishedSchema } from '../../../scripts/config/reference.ts'
import { ENDPOINT_KEYS } from '../../../scripts/config/schema.ts'
import { mistakesOf } from './a-file.ts'

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

const page = read('docs/endpoint-yaml.md')

t.test('docs/endpoint.schema.json is the schema', async (t) => {
  t.equal(read('docs/endpoint.schema.json'), publishedSchema())
})

t.test('docs/endpoint-yaml.md has each key as it is, and no other', async (t) => {
  t.ok(page.includes(`\n\n${keyTable()}\n\n`))
})

t.test('the table has every key, once, and says something of it', async (t) => {
  const rows = [...keyTable().matchAll(/^\| `(.+?)` \| (.*) \|$/gm)].map(([, key = '', text = '']) => ({
    key,
    text,
  }))
  const repeated = /^(variants|shadow)\.(model|image|compute)\./
  t.strictSame(
    rows.map(({ key }) => key),
    ENDPOINT_KEYS.filter((key) => !repeated.test(key)),
  )
  for (const { key, text } of rows) t.match(text, /^.+\.$/, key)
})

t.test('every reference of the JSON schema leads somewhere', async (t) => {
  const schema = JSON.parse(publishedSchema())
  const targets = [...publishedSchema().matchAll(/"\$ref": "#\/(.+)"/g)].map(([, path = '']) => path)
  t.ok(targets.length > 0)
  for (const path of new Set(targets)) {
    t.type(
      path.split('/').reduce((value, key) => value?.[key], schema),
      'object',
      path,
    )
  }
})

t.test('the examples of the page are valid', async (t) => {
  const examples = [...page.matchAll(/```yaml\n(name: [^`]*)```/g)].map(([, text = '']) => text)
  t.equal(examples.length, 5)
  for (const text of examples) {
    const { environments = {} } = parse(text)
    for (const name of [...Object.keys(environments), undefined].slice(0, 2)) {
      t.strictSame(mistakesOf(t, text, name), [], text)
    }
  }
})
