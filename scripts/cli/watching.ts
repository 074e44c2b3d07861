/** How `--watch` shows the same again. */

export const REFRESH_MS = 5_000

/** To the top of the screen, and clear what is below. */
export const HOME = `${String.fromCharCode(27)}[H${String.fromCharCode(27)}[J`
