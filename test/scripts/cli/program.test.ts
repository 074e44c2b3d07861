import t from 'tap'
import { aProgram } from './a-program.ts'

const program = aProgram()

const having = (long: string): string[] =>
  program.commands
    .filter((each) => each.options.some((option) => option.long === long))
    .map((each) => each.name())

t.test('only what changes something, or burdens it, takes --dry-run', async (t) => {
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
    'size',
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

/** What --help prints, with what comes after the options. */
const helpOf = (name: string): string => {
  const command = aProgram().commands.find((each) => each.name() === name)
  let text = ''
  command?.configureOutput({ writeOut: (part) => (text += part) }).outputHelp()
  return text
}

t.test("each command's help ends with examples, which are valid command lines", async (t) => {
  for (const command of program.commands) {
    const [, examples = ''] = /\nExamples?: ([\s\S]+)$/.exec(helpOf(command.name())) ?? []
    const lines = [...examples.matchAll(/onnx-serving-endpoint ([^|>)\n]+)/g)].map(([, words = '']) => words)
    t.not(lines.length, 0, `${command.name()} has an example`)
    for (const line of lines) {
      const other = aProgram()
      let parsed: string | undefined
      other.hook('preAction', (_, running) => {
        parsed = running.name()
        throw new Error('parsed')
      })
      const argv = ['node', 'endpoint', ...line.trim().split(/\s+/)]
      await t.rejects(other.parseAsync(argv), { message: 'parsed' }, line)
      t.equal(parsed, command.name(), line)
    }
  }
})

t.test('the help of init names the handlers', async (t) => {
  t.match(helpOf('init'), /photo-link/)
})
