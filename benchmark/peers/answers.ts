/** Is an answer that of ONNX Runtime alone, in Python, on what Pillow makes of the picture? */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { programsOf } from './install.ts'
import { type Kind, numbersOf, payload } from './payloads.ts'
import { ROWS, type Row } from './servers.ts'
import { ADAPTORS, post } from './start-row.ts'

/** Relative to the largest number: sums come in other orders where there are other numbers of threads. */
const TOLERANCE = 1e-4

const known = new Map<Kind, number[]>()

const expected = async (kind: Kind, folder: string): Promise<number[]> => {
  const plain = ROWS.find(({ name }) => name === 'mosec') as Row
  const output = execFileSync(join(programsOf(plain.name), 'python'), ['reference.py'], {
    cwd: ADAPTORS,
    env: { ...process.env, MODEL: join(folder, 'model.onnx') },
    input: (await payload(kind, plain)).body,
    encoding: 'utf8',
  })
  return numbersOf(JSON.parse(output))
}

export const checkAnswer = async (row: Row, url: string, kind: Kind, folder: string): Promise<void> => {
  const right = known.get(kind) ?? (await expected(kind, folder))
  known.set(kind, right)
  const { status, text } = await post(url, await payload(kind, row), 60_000)
  const given = status === 200 ? numbersOf(JSON.parse(text)) : []
  const scale = Math.max(...right.map(Math.abs))
  const worst = Math.max(...right.map((value, index) => Math.abs(value - (given[index] ?? Number.NaN))))
  if (given.length !== right.length || !(worst <= TOLERANCE * scale))
    throw new Error(`${row.name}, ${row.variant}, answers ${kind} with ${status} ${text.slice(0, 200)}`)
}
