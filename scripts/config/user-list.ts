/** The file that `sticky.force` may name: a line for each user, `USER: VARIANT`, which is YAML, and so is JSON. */

import { readFileSync, statSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { text, variantName } from './values.ts'

/** Some hundred thousand users. */
const MAX_BYTES = 8 * 1024 * 1024

const users = z.record(text, variantName)

/** Variants by user. Throws an Error that says what is wrong with the file. */
export const readUserList = (file: string): Record<string, string> => {
  const { size } = statSync(file)
  if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes; a list of users has at most ${MAX_BYTES}`)
  // Ids of digits are text here.
  const read = users.safeParse(parse(readFileSync(file, 'utf8'), { schema: 'failsafe' }) ?? {})
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new Error(`${file}: ${issue?.path.join('.') || 'expected lines USER: VARIANT'}: ${issue?.message}`)
}
