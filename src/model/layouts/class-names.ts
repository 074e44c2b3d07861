/** `id2label` of config.json. */

import { StartupError } from '../../errors.ts'
import { describe } from '../../words.ts'
import { namesByIndex } from '../names-by-index.ts'
import type { Json } from './hugging-face.ts'

/** More than any model has; a number above it is no number of classes. */
const MOST = 1_000_000

const mistake = (problem: string): StartupError =>
  new StartupError(`config.json: ${problem}. Correct it, or say labels: in serving.yaml`)

/**
 * Names by index, as transformers makes them up where config.json has none.
 * @throws StartupError unless each class has one name
 */
export const classNames = ({ id2label, num_labels: given }: Json): readonly string[] => {
  if (id2label === undefined || id2label === null) {
    const count = given ?? 2
    if (!Number.isInteger(count) || (count as number) < 1 || (count as number) > MOST)
      throw mistake(`num_labels: expected a number of classes, found ${describe(count)}`)
    return Array.from({ length: count as number }, (_, index) => `LABEL_${index}`)
  }
  if (typeof id2label !== 'object' || Array.isArray(id2label))
    throw mistake(`id2label: expected an object like {"0": "cat"}, found ${describe(id2label)}`)
  const entries = Object.entries(id2label)
  if (entries.length === 0) throw mistake('id2label is empty')
  return namesByIndex(entries, 'id2label', mistake, true)
}
