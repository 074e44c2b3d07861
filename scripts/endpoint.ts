/** The command line: `npm run endpoint -- COMMAND …`. */

try {
  // Its libraries are development dependencies: an image of the server has none of them.
  const { main } = await import('./cli/main.ts')
  process.exitCode = await main()
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException
  const [, missing] = message.match(/^Cannot find package '([^']+)'/) ?? []
  if (code !== 'ERR_MODULE_NOT_FOUND' || missing === undefined) throw error
  process.stderr.write(
    `error: ${missing} is not installed: the endpoint commands need the development dependencies\n  → run npm ci, without --omit=dev\n`,
  )
  process.exitCode = 1
}
