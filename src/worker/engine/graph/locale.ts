/**
 * ONNX Runtime's StringNormalizer, which scikit-learn's text models have, changes case by the locale en_US.UTF-8 unless the
 * graph names another, and many machines lack it. C.UTF-8, which Debian and its like always have, changes case alike: glibc makes
 * both from one table.
 */

import { execFileSync } from 'node:child_process'
import { WireType } from '@bufbuild/protobuf/wire'
import type { Edit } from '../../../model/model.ts'
import { message, text, within } from './edits.ts'
import type { OnnxFile } from './read.ts'

const STRING = 3

const locale = message(5, (writer) => {
  text(text(writer, 1, 'locale'), 4, 'C.UTF-8')
    .tag(20, WireType.Varint)
    .int32(STRING)
})

/** Edits inside the graph: each StringNormalizer that names no locale gets C.UTF-8. */
export const withNeutralLocale = ({ nodes }: Pick<OnnxFile, 'nodes'>): Edit[] =>
  nodes
    .filter(
      ({ op, domain, attributes }) => op === 'StringNormalizer' && domain === '' && !attributes.has('locale'),
    )
    .flatMap(({ range }) => within(range, [{ start: range.end, end: range.end, bytes: locale }]))

/** True if the machine is a Linux without the locale en_US.UTF-8, but with C.UTF-8. */
export const lacksDefaultLocale = (): boolean => {
  if (process.platform !== 'linux') return false
  try {
    const names = execFileSync('locale', ['-a'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return !/^en_US\.utf-?8$/im.test(names) && /^C\.utf-?8$/im.test(names)
  } catch {
    return false
  }
}
