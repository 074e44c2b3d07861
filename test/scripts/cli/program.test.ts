import t from 'tap'
import { realClock } from '../../../scripts/cli/clock.ts'
import { createProgram } from '../../../scripts/cli/program.ts'
import { COMMANDS } from '../../../scripts/commands/all.ts'
import { capture } from '../with-rehearsal.ts'

const program = createProgram(COMMANDS, {
  signal: new AbortController().signal,
  createOutput: capture,
  clients: () => {
    throw new Error('no command is run')
  },
  clock: realClock,
})

const having = (long: string): string[] =>
  program.commands
    .filter((each) => each.options.some((option) => option.long === long))
    .map((each) => each.name())

t.test('only what changes something takes --dry-run', async (t) => {
  t.strictSame(having('--dry-run').sort(), [
    'build',
    'delete',
    'deploy',
    'gc',
    'package',
    'promote',
    'push',
    'rollback',
    'scale',
    'traffic',
  ])
})

t.test('a letter means one thing, whichever the command', async (t) => {
  const meanings = new Map<string, Set<string>>()
  for (const { short, long } of program.commands.flatMap(({ options }) => options)) {
    if (short) meanings.set(short, new Set([...(meanings.get(short) ?? []), long ?? '']))
  }
  t.strictSame(
    [...meanings].filter(([, longs]) => longs.size > 1),
    [],
  )
  t.strictSame(having('--file').length, program.commands.length)
})
