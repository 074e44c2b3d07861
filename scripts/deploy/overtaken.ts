import { CommandError } from '../cli/command.ts'

/** Someone else has changed what a plan was made on, so that AWS refuses it. Whoever catches this waits, reads and plans again. */
export class Overtaken extends CommandError {
  /** AWS is at work on it: waiting will do. */
  readonly isBusy: boolean

  constructor(message: string, { isBusy = false, ...more }: { isBusy?: boolean; fix?: string } = {}) {
    super(message, more)
    this.isBusy = isBusy
  }
}
