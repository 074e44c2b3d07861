/** What a server prints, line by line. */

import type { Readable } from 'node:stream'
import { MOST_CHARACTERS } from '../logs.ts'

/** A line that is longer than CloudWatch Logs takes is given in pieces, so that one without an end fills no memory. */
export const eachLine = (stream: Readable, say: (line: string) => void): void => {
  let rest = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n/)
    rest = lines.pop() as string
    for (const line of lines) say(line)
    for (; rest.length > MOST_CHARACTERS; rest = rest.slice(MOST_CHARACTERS))
      say(rest.slice(0, MOST_CHARACTERS))
  })
  stream.on('end', () => {
    if (rest !== '') say(rest)
  })
}
