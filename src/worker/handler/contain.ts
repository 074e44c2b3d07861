/** Keeps what code of the model's own may do to its process from ending it, or says what it was. */

let isContained = false

const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

const detailOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)

/** @param shown the code's file, for messages */
export const contain = (shown: string): void => {
  if (isContained) return
  isContained = true
  const exit = process.exit.bind(process)
  process.exit = () => {
    throw new Error(`process.exit was called: ${shown} is not to end the worker; throw an error instead`)
  }
  // What the code prints once nobody reads it is lost, and no more than that.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  // A request that waits for what was thrown is answered at its deadline; others are well.
  process.on('unhandledRejection', (error) =>
    say(`${shown}: a rejection was not awaited: ${detailOf(error)}`),
  )
  process.on('uncaughtException', (error) => {
    say(`${shown}: an error was thrown where nobody could catch it, and ends the worker: ${detailOf(error)}`)
    exit(1)
  })
}
