/**
 * Sends each bomb to a fresh server with the default settings and prints a table of what it did.
 *
 *   npm run bombs                          all but the heavy ones
 *   npm run bombs -- --memory 2g NAME …    some, each server in a memory cgroup (needs root)
 *   npm run bombs -- --front nginx
 *   npm run bombs -- --memory 2g --write   writes the table into docs/limits.md
 */

import { setTimeout as delay } from 'node:timers/promises'
import { Command, InvalidArgumentError } from 'commander'
import { BOMBS } from './bombs/all.ts'
import type { Bomb } from './bombs/bomb.ts'
import { fire, wrongAnswers } from './bombs/fire.ts'
import { folderOf } from './bombs/models.ts'
import { HEAD, lineOf, type Row, writePage } from './bombs/table.ts'
import { makeMemoryGroup } from './lib/memory-group.ts'
import { temporaryFolder } from './lib/model-folder.ts'
import { type Front, MB, startTarget, stopTarget, workerExits } from './lib/server.ts'

const UNITS: Record<string, number> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }

const parseBytes = (text: string): number => {
  const [, digits, unit] = /^(\d+)([kmg]?)$/i.exec(text) ?? []
  if (digits === undefined) throw new InvalidArgumentError('expected a size, as 2g or 512m')
  return Number(digits) * (UNITS[(unit ?? '').toLowerCase()] ?? 1)
}

const options = new Command('npm run bombs --')
  .description('Sends every bomb to a fresh server and prints what it did.')
  .argument('[name...]', `some of them: ${BOMBS.map(({ name }) => name).join(', ')}`)
  .option('--front <front>', 'none or nginx', 'none')
  .option('--memory <size>', 'memory that the server may have, as 2g: a cgroup, which needs root', parseBytes)
  .option('--write', 'writes the table into docs/limits.md')
  .parse()

const { front, memory, write } = options.opts<{ front: Front; memory?: number; write?: true }>()

/** The server goes on ending processes for a moment after the answer. */
const SETTLE_MS = 500

const detonate = async (bomb: Bomb, root: string): Promise<Row> => {
  const folder = folderOf(root, bomb.model)
  const group = memory === undefined ? undefined : makeMemoryGroup(memory)
  const target = await startTarget(bomb.model, folder, { front, ...(group && { group }) })
  try {
    const measured = await fire(bomb, target.url, target.pid)
    await delay(SETTLE_MS)
    return { ...measured, exits: await workerExits(target), kills: group?.kills() }
  } finally {
    await stopTarget(target)
    await group?.remove()
  }
}

const chosen =
  options.args.length > 0 ? options.args : BOMBS.filter(({ heavy }) => !heavy).map(({ name }) => name)
const unknown = chosen.filter((name) => BOMBS.every((bomb) => bomb.name !== name))
if (unknown.length > 0) options.error(`no such bomb: ${unknown.join(', ')}`)

const root = temporaryFolder()
process.stdout.write(`${HEAD}\n`)
let hurt = 0
const rows: string[] = []
for (const bomb of BOMBS.filter(({ name }) => chosen.includes(name))) {
  const row = await detonate(bomb, root)
  if (row.exits !== 0 || row.ping.failed > 0 || wrongAnswers(bomb, row).length > 0) hurt += 1
  const line = lineOf(bomb, row)
  rows.push(line)
  process.stdout.write(`${line}\n`)
}
if (write) {
  const limit = memory === undefined ? 'no memory limit' : `${memory / MB} MB of memory`
  writePage(rows, `${limit}, ${front === 'nginx' ? 'nginx in front' : 'no nginx'}`)
}
process.stdout.write(`\n${chosen.length} bombs, ${hurt} hurt\n`)
process.exit(hurt > 0 ? 1 : 0)
