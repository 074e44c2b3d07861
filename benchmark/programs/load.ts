/** Runs autocannon, whose command line cannot send bytes, and prints its result: load.ts OPTIONS_AS_JSON BODY_FILE */

import { readFileSync } from 'node:fs'
import autocannon, { type Options } from 'autocannon'

const [options = '{}', file = ''] = process.argv.slice(2)
const before = process.cpuUsage()
const result = await autocannon({ ...(JSON.parse(options) as Options), body: readFileSync(file) })
const { user, system } = process.cpuUsage(before)
process.stdout.write(JSON.stringify({ ...result, cpuSeconds: (user + system) / 1e6 }))
