/** Writes what docs/ says of endpoint.yaml's keys: `npx tsx scripts/config/write-reference.ts`. */

import { readFileSync, writeFileSync } from 'node:fs'
import { keyTable, publishedSchema } from './reference.ts'

const page = new URL('../../docs/endpoint-yaml.md', import.meta.url)
const text = readFileSync(page, 'utf8')

writeFileSync(
  page,
  text.replace(/\| Key \|.*(\n\|.*)*/, () => keyTable()),
)
writeFileSync(new URL('../../docs/endpoint.schema.json', import.meta.url), publishedSchema())
