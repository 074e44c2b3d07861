/** What every command is, so that `commands/all.ts` is a table of them. */

import type { Command } from 'commander'
import type { Clients } from '../aws/clients.ts'
import type { Clock } from './clock.ts'
import type { Output } from './output.ts'

/** Exit codes that CI can use. */
export const EXIT = {
  ok: 0,
  /** It did not work: the cause is printed. */
  failed: 1,
  /** The command line or the file is wrong; nothing was called. */
  usage: 2,
  /** `plan --detailed-exitcode`: something would be changed. */
  changes: 2,
  /** A deployment ran, was found wanting and rolled back: what ran before still runs. */
  rolledBack: 3,
  /** Ctrl-C: what was begun goes on in AWS, and the same command takes it up again. */
  interrupted: 130,
} as const

/** Adds one subcommand, with its options, its help and its action. */
export type Register = (program: Command, context: Context) => void

export type Context = {
  /** From the global options, which come before or after the subcommand. */
  options: () => GlobalOptions
  output: () => Output
  /** Aborts on Ctrl-C. */
  signal: AbortSignal
  clients: (region?: string) => Clients
  clock: Clock
}

export type GlobalOptions = {
  /** The configuration file. */
  file: string
  environment?: string
  region?: string
  json: boolean
  /** False for commands that do not have `DRY_RUN_OPTION`. */
  dryRun: boolean
}

/** For commands that change something, each of which sees to it. */
export const DRY_RUN_OPTION = ['--dry-run', 'change nothing; show what would be done', false] as const

/** An expected failure: printed without a stack. */
export class CommandError extends Error {
  readonly exitCode: number
  /** What to do about it. */
  readonly fix: string | undefined

  constructor(message: string, { exitCode = EXIT.failed, fix }: { exitCode?: number; fix?: string } = {}) {
    super(message)
    this.exitCode = exitCode
    this.fix = fix
  }
}

/** The command line, or the file, asks for what cannot be. */
export const usageError = (message: string, fix?: string): CommandError =>
  new CommandError(message, { exitCode: EXIT.usage, ...(fix !== undefined && { fix }) })

/** Ends the command with this exit code, when all has been said. */
export class Exit extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`exit code ${exitCode}`)
    this.exitCode = exitCode
  }
}
