/** What a load test sends: files in turn. */

import { readFile } from 'node:fs/promises'
import { CommandError, EXIT } from '../cli/command.ts'
import { mediaTypeOf } from '../config/media-types.ts'
import type { LoadedTest } from '../deploy/smoke-files.ts'

export type Body = { name: string; contentType: string; accept?: string; bytes: Uint8Array }

/** Throws CommandError for a file that cannot be read, or whose type is not known. */
export const readBodies = async (
  files: readonly string[],
  contentType: string | undefined,
  accept: string | undefined,
): Promise<Body[]> =>
  Promise.all(
    files.map(async (file) => {
      const type = contentType ?? mediaTypeOf(file)
      if (type === undefined)
        throw new CommandError(`the content type of ${file} is not known`, {
          exitCode: EXIT.usage,
          fix: 'add --content-type, such as application/json or image/png',
        })
      const bytes = await readFile(file).catch((error: Error) => {
        throw new CommandError(`${file} cannot be read: ${error.message}`, { exitCode: EXIT.usage })
      })
      return { name: file, contentType: type, ...(accept !== undefined && { accept }), bytes }
    }),
  )

/** Those of the smoke tests that are to succeed. */
export const bodiesOf = (tests: readonly LoadedTest[]): Body[] =>
  tests
    .filter(({ status }) => status === 200)
    .map(({ file, contentType, accept, body }) => ({
      name: file,
      contentType,
      ...(accept !== undefined && { accept }),
      bytes: body,
    }))
