import { CommandError, EXIT } from '../cli/command.ts'
import type { Wish } from './capacity.ts'

/** `primary=90`. Weights are any numbers from 0: a variant's share is its weight by the sum of all. */
export const parseWeights = (words: readonly string[]): Wish[] => {
  const wishes = words.map((word) => {
    const [, name, number] = word.match(/^([A-Za-z0-9][A-Za-z0-9-]*)=(\d+(?:\.\d+)?)$/) ?? []
    if (name === undefined) {
      throw new CommandError(`"${word}" is not a weight`, {
        exitCode: EXIT.usage,
        fix: 'write such as primary=90 challenger=10',
      })
    }
    return { name, weight: Number(number) }
  })
  const names = wishes.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new CommandError(`${twice} is given twice`, { exitCode: EXIT.usage })
  return wishes
}
