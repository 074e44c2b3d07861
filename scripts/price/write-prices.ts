/** Fetches AWS's price lists and bundles what endpoints need of them: `npx tsx scripts/price/write-prices.ts REGION…`. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { fileOf, readOffer } from './price-list.ts'

/** AWS Billing user guide, "Getting price list files manually". China has a list of its own, in yuan. */
const HOST = 'https://pricing.us-east-1.amazonaws.com'

const regions = process.argv.slice(2)
if (regions.length === 0) {
  process.stderr.write('usage: npx tsx scripts/price/write-prices.ts REGION…\n')
  process.exit(2)
}
for (const region of regions) {
  const url = `${HOST}/offers/v1.0/aws/AmazonSageMaker/current/${region}/index.json`
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  const list = readOffer(await response.json(), region)
  mkdirSync(new URL('.', fileOf(region)), { recursive: true })
  writeFileSync(fileOf(region), `${JSON.stringify(list, undefined, 1)}\n`)
  process.stdout.write(
    `${region}: ${Object.keys(list.realTime).length} instance types, ${list.publishedAt}\n`,
  )
}
