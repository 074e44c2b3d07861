/** Tokens to a model's inputs. */

import { StartupError } from '../../errors.ts'
import type { ModelSignature } from '../../model/signature.ts'
import { allocate } from '../../tensor/data-type.ts'
import type { NamedTensors } from '../../tensor/tensor.ts'
import type { Padding, Part } from '../task/task.ts'
import type { Hub } from './hub.ts'
import type { Encoded, TextTokenizer } from './tokenizer.ts'

/** What each input of a text model holds for each token. */
const VALUES: Readonly<Record<string, (encoded: Encoded, place: number) => number>> = {
  input_ids: ({ ids }, place) => ids[place] as number,
  attention_mask: () => 1,
  token_type_ids: ({ typeIds }, place) => typeIds[place] as number,
  position_ids: (_, place) => place,
}

/** @throws StartupError for a model with other inputs */
export const requireTokenInputs = ({ model }: Hub): void => {
  const other = model.signature.inputs.find(({ name }) => !Object.hasOwn(VALUES, name))
  if (other === undefined) return
  throw new StartupError(
    `the input "${other.name}" is none that a tokenizer fills (${Object.keys(VALUES).join(', ')})`,
  )
}

/** A row of the model's inputs. */
export const toPart = (encoded: Encoded, { inputs }: Pick<ModelSignature, 'inputs'>): Part => {
  const length = encoded.ids.length
  const tensors: NamedTensors = new Map(
    inputs.map(({ name, type }) => {
      const elementOf = VALUES[name] as (encoded: Encoded, place: number) => number
      const data = allocate(type, length) as Int32Array
      for (let place = 0; place < length; place++) {
        const value = elementOf(encoded, place)
        data[place] = (type === 'int64' ? BigInt(value) : value) as number
      }
      return [name, { type, dims: [1, length], data }]
    }),
  )
  return { inputs: tensors, rows: 1 }
}

/** Undefined for a model without a mask, which would take what is filled up for text. */
export const tokenPadding = ({ model }: Hub, { padId }: TextTokenizer): Padding | undefined => {
  const { inputs } = model.signature
  if (!inputs.some(({ name }) => name === 'attention_mask')) return undefined
  return { values: new Map(inputs.map(({ name }) => [name, name === 'input_ids' ? padId : 0])) }
}
