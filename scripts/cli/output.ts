/**
 * All that commands print. The result goes to stdout, as text or with --json as one JSON value; progress and warnings go to
 * stderr. Colours and moving progress lines are for terminals only.
 */

import pc from 'picocolors'

export type Column<Row> = { title: string; value: (row: Row) => string; align?: 'left' | 'right' }

const ESCAPE = String.fromCharCode(27)
const COLOURS = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g')

const width = (text: string): number => text.replace(COLOURS, '').length

/** Lines of a table: a title a column, two spaces between. */
export const table = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string => {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map((c) => c.value(row)))]
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => width(line[at] ?? ''))))
  const pad = (text: string, at: number) => {
    const space = ' '.repeat(Math.max(0, (widths[at] ?? 0) - width(text)))
    return columns[at]?.align === 'right' ? space + text : text + space
  }
  return cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')
}

const BAR_CELLS = 20

/** A bar for a share from 0 to 1, with its percentage. */
export const bar = (share: number): string => {
  const part = Math.min(1, Math.max(0, share))
  const full = Math.floor(part * BAR_CELLS)
  return `${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)} ${Math.floor(part * 100)} %`
}

/** Control characters of what others wrote (log lines, error messages) must not drive the terminal. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')

export type Output = {
  colours: ReturnType<typeof pc.createColors>
  /** The command's result: `text` for people, `value` for --json. */
  result(value: unknown, text: string): void
  /** A result as it is, byte by byte. */
  raw(bytes: Uint8Array | string): void
  /** A line of progress that stays. */
  step(text: string): void
  /** A line that the next one replaces; on anything but a terminal only every so often. */
  progress(text: string): void
  warn(text: string): void
}

/** How often a progress line is repeated where it cannot be replaced. */
const REPEAT_MS = 15_000

export const createOutput = ({ json }: { json: boolean }): Output => {
  const terminal = process.stderr.isTTY === true
  const colours = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported && !json)
  let moving = false
  let last = ''
  let lastAt = Number.NEGATIVE_INFINITY
  const clear = () => {
    if (moving) process.stderr.write(`\r${ESCAPE}[K`)
    moving = false
  }
  return {
    colours,
    result(value, text) {
      clear()
      process.stdout.write(`${json ? JSON.stringify(value, undefined, 2) : text}\n`)
    },
    raw(bytes) {
      clear()
      process.stdout.write(bytes)
    },
    step(text) {
      clear()
      process.stderr.write(`${text}\n`)
    },
    progress(text) {
      if (terminal) {
        clear()
        process.stderr.write(text.slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1)))
        moving = true
        return
      }
      const now = performance.now()
      if (text === last || now - lastAt < REPEAT_MS) return
      last = text
      lastAt = now
      process.stderr.write(`${text}\n`)
    },
    warn(text) {
      clear()
      process.stderr.write(`warning: ${text}\n`)
    },
  }
}
