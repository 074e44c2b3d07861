/** The endpoint's tags that say which configurations ran: the state which a killed run leaves to the next. */

/** A tag's value has at most 256 characters (SageMaker API reference, Tag). */
const VALUE_LENGTH = 256

/** `flowers-1a2b3c` → `1a2b3c`; undefined for a configuration that we did not name. */
export const configHash = (endpoint: string, configName: string | undefined): string | undefined =>
  configName?.startsWith(`${endpoint}-`) === true ? configName.slice(endpoint.length + 1) : undefined

export const parseHistory = (value: string | undefined): string[] => (value ?? '').split(' ').filter(Boolean)

/** What ran before `live`. Hashes ahead of it never came to serve: their updates failed. */
const sinceLive = (history: readonly string[], live: string | undefined): readonly string[] => {
  if (live === undefined) return history
  const at = history.indexOf(live)
  return [live, ...(at === -1 ? history : history.slice(at + 1))]
}

/** The history's value once `next` has been sent to replace `live`: each hash once, newest first, as many as a tag holds. */
export const extendHistory = (history: readonly string[], live: string | undefined, next: string): string => {
  const hashes = [...new Set([next, ...sinceLive(history, live)])]
  while (hashes.join(' ').length > VALUE_LENGTH) hashes.pop()
  return hashes.join(' ')
}

/** What ran before `live`, newest first. */
export const previous = (history: readonly string[], live: string): string[] =>
  sinceLive(history, live).filter((hash) => hash !== live)

/** The history's value once the endpoint goes back to `goal`: what is newer is left out, so that going back twice goes further. */
export const shortenHistory = (
  history: readonly string[],
  live: string | undefined,
  goal: string,
): string => {
  const at = sinceLive(history, live).indexOf(goal)
  return at === -1 ? extendHistory(history, live, goal) : sinceLive(history, live).slice(at).join(' ')
}

/** A rollback that was cut short: what was verified last has left the history, as `shortenHistory` has it. */
export const isGoingBack = (
  history: readonly string[],
  live: string,
  verified: string | undefined,
): boolean => verified !== undefined && verified !== live && !history.includes(verified)
