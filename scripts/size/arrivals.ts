/** When requests are due: a Poisson process, as of many clients that know nothing of each other. */

/**
 * Milliseconds from the beginning, ascending.
 * @param random from 0, inclusive, to 1, exclusive
 */
export const arrivals = (perSecond: number, seconds: number, random: () => number): number[] => {
  const due: number[] = []
  for (let at = 0; ; ) {
    at -= (1000 / perSecond) * Math.log(1 - random())
    if (at >= seconds * 1000) return due
    due.push(at)
  }
}
