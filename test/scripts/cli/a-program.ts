import type { Command } from 'commander'
import { realClock } from '../../../scripts/cli/clock.ts'
import { createProgram } from '../../../scripts/cli/program.ts'
import { COMMANDS } from '../../../scripts/commands/all.ts'
import { capture, type Printed } from '../with-rehearsal.ts'

/** The program with all of its commands; none can reach AWS. */
export const aProgram = (output: Printed = capture()): Command =>
  createProgram(COMMANDS, {
    signal: new AbortController().signal,
    createOutput: () => output,
    clients: () => {
      throw new Error('no command is run')
    },
    clock: realClock,
  })
