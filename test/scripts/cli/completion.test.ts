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

/** What zsh's own functions are called with, each in a line; here they only say so. */
const ZSH = `compdef() { }
_describe() { print -l commands }
compadd() { shift; print -l -- $@ }
_files() { print files }
`

t.test('zsh completes commands, flags, choices and files', async (t) => {
  if (spawnSync('zsh', ['--version']).error !== undefined) return t.comment('there is no zsh here')
  const zsh = (...words: string[]): string[] => {
    const line = [NAME, ...words].map((word) => `'${word}'`).join(' ')
    const script = `${ZSH}${zshCompletion(program)}
words=(${line}) CURRENT=${words.length + 1}
_onnx_serving_endpoint`
    return execFileSync('zsh', ['-f', '-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean)
  }
  t.strictSame(zsh('de'), ['commands'])
  t.strictSame(zsh('-e', 'deploy', 'pla'), ['commands'], 'a value is no command')
  t.match(zsh('deploy', '--re').join(' '), '--recreate')
  t.strictSame(zsh('export', ''), ['cloudformation', 'terraform', 'proxy'])
  t.strictSame(zsh('plan', '--file', ''), ['files'])
  t.strictSame(zsh('invoke', ''), ['files'])
})
