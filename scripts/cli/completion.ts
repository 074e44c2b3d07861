/** Scripts by which shells complete our commands, made from the commands themselves. */

import type { Command, Option } from 'commander'

export type Completed = {
  name: string
  description: string
  /** `--file`, `-f`. */
  flags: string[]
  /** Those of the flags that are followed by a value. */
  valued: string[]
  /** What an argument may be, where that is known. */
  choices: string[]
}

const flagsOf = ({ short, long }: Option): string[] => [long, short].filter((flag) => flag !== undefined)

export const completedOf = (program: Command): Completed[] =>
  program.commands.map((command) => {
    const { options } = command
    return {
      name: command.name(),
      description: command.description(),
      flags: [...options.flatMap(flagsOf), '--help'],
      valued: options.filter(({ required }) => required).flatMap(flagsOf),
      choices: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
    }
  })

const own = (program: Command): { name: string; flags: string[]; valued: string[] } => ({
  name: program.name(),
  flags: [...program.options.flatMap(flagsOf), '--help'],
  valued: program.options.filter(({ required }) => required).flatMap(flagsOf),
})

const functionOf = (name: string): string => `_${name.replaceAll('-', '_')}`

/** The first word that is a command; what follows a flag with a value is that value. */
const FIND_COMMAND = (valued: readonly string[], commands: readonly Completed[]): string => `
  for word in "\${before[@]}"; do
    if [[ -n $value ]]; then value=; continue; fi
    case $word in
      ${valued.join('|')}) value=1 ;;
      ${commands.map(({ name }) => name).join('|')}) command=$word; break ;;
    esac
  done`

/** For bash; file names are completed after flags with a value, and where nothing else fits. */
export const bashCompletion = (program: Command): string => {
  const { name, flags, valued } = own(program)
  const commands = completedOf(program)
  return `# ${name} completion bash, for ~/.bashrc: source <(${name} completion bash)
${functionOf(name)}() {
  local before=("\${COMP_WORDS[@]:1:COMP_CWORD-1}") current=\${COMP_WORDS[COMP_CWORD]} command= value= word words valued
${FIND_COMMAND(valued, commands)}
  case $command in
    '') words='${[...commands.map((each) => each.name), ...flags].join(' ')}' valued='${valued.join(' ')}' ;;
${commands.map((each) => `    ${each.name}) words='${[...each.choices, ...each.flags].join(' ')}' valued='${each.valued.join(' ')}' ;;`).join('\n')}
  esac
  COMPREPLY=()
  if [[ " $valued " == *" \${COMP_WORDS[COMP_CWORD-1]} "* ]]; then return; fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F ${functionOf(name)} ${name}
`
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** For zsh. */
export const zshCompletion = (program: Command): string => {
  const { name, flags, valued } = own(program)
  const commands = completedOf(program)
  const described = commands.map((each) => quoted(`${each.name}:${each.description.replaceAll(':', '\\:')}`))
  return `#compdef ${name}
# ${name} completion zsh, for ~/.zshrc: source <(${name} completion zsh)
${functionOf(name)}() {
  local -a before=("\${(@)words[2,CURRENT-1]}") commands=(${described.join(' ')}) flags choices valued
  local command= value= word
${FIND_COMMAND(valued, commands)}
  case $command in
    '') flags=(${flags.join(' ')}) valued=(${valued.join(' ')}) ;;
${commands.map((each) => `    ${each.name}) flags=(${each.flags.join(' ')}) valued=(${each.valued.join(' ')}) choices=(${each.choices.join(' ')}) ;;`).join('\n')}
  esac
  if (( \${valued[(Ie)\${words[CURRENT-1]}]} )); then _files; return; fi
  if [[ -z $command && \${words[CURRENT]} != -* ]]; then _describe command commands; return; fi
  if [[ \${words[CURRENT]} == -* ]]; then compadd -- $flags; return; fi
  if (( \${#choices} )); then compadd -- $choices; else _files; fi
}
compdef ${functionOf(name)} ${name}
`
}
