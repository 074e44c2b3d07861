import { execFileSync, spawnSync } from 'node:child_process'
import t from 'tap'
import { bashCompletion, completedOf, zshCompletion } from '../../../scripts/cli/completion.ts'
import { aProgram } from './a-program.ts'

const program = aProgram()
const NAME = program.name()

/** What bash offers for a line, whose last word is being typed. */
const complete = (...words: string[]): string[] => {
  const line = [NAME, ...words].map((word) => `'${word}'`).join(' ')
  const script = `${bashCompletion(program)}
COMP_WORDS=(${line}) COMP_CWORD=${words.length}
_onnx_serving_endpoint
printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-euc', script], { encoding: 'utf8' }).split('\n').filter(Boolean)
}

t.test('bash completes commands, flags and choices', async (t) => {
  t.strictSame(complete('de').sort(), ['delete', 'deploy'])
  t.strictSame(complete('--fi'), ['--file'])
  t.strictSame(complete('-e', 'deploy', 'pla'), ['plan'], 'a value is no command')
  t.strictSame(complete('deploy', '--rec'), ['--recreate'])
  t.strictSame(complete('deploy', '--fo'), [], 'only its own flags')
  t.strictSame(complete('export', 'clo'), ['cloudformation'])
  t.strictSame(complete('plan', '--file', ''), [], 'after --file come files, which bash finds')
  t.strictSame(
    complete('').filter((word) => !word.startsWith('-')),
    completedOf(program).map(({ name }) => name),
  )
})

t.test('zsh reads its script', async (t) => {
  const { error, status, stderr } = spawnSync('zsh', ['-n'], {
    input: zshCompletion(program),
    encoding: 'utf8',
  })
  if (error !== undefined) return t.comment('there is no zsh here')
  t.match({ status, stderr }, { status: 0, stderr: '' })
})
