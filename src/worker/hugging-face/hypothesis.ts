/** `hypothesis_template` of zero-shot classification: what Python's `str.format` does with one label. */

import { ServingError } from '../../errors.ts'
import { quote } from '../../words.ts'

/** A longer one fits into no model, and there is one for each label: a long template would make gigabytes of them. */
const MOST_CHARACTERS = 16_384

const PLACES = /\{\{|\}\}|\{(0?)\}|[{}]/g

/**
 * @returns the text for a label; it throws the same for one of more than 16,384 characters, by UTF-16
 * @throws ServingError ERR_INVALID_INPUT for a template without a place for the label, or with another
 */
export const hypothesisOf = (template: string): ((label: string) => string) => {
  const found = [...template.matchAll(PLACES)].map(([place]) => place)
  const places = found.filter((place) => place === '{}' || place === '{0}')
  const isMixed = places.includes('{}') && places.includes('{0}')
  const numbered = places.filter((place) => place === '{}').length
  if (places.length === 0 || numbered > 1 || isMixed || found.some((place) => place === '{' || place === '}'))
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `parameters: hypothesis_template: expected a text with {} where the label is to stand, found ${quote(template)}`,
    )
  return (label) => {
    if (template.length + places.length * label.length > MOST_CHARACTERS)
      throw new ServingError(
        'ERR_INVALID_INPUT',
        `parameters: a label in hypothesis_template makes more than ${MOST_CHARACTERS} characters: shorten the one or the other`,
      )
    return template.replaceAll(PLACES, (place) => (place === '{{' ? '{' : place === '}}' ? '}' : label))
  }
}
