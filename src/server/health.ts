/**
 * The server's health, as a state machine:
 *
 *   starting → ready ⇄ degraded → broken, back again as workers return; draining from any of them, for good.
 *
 * /ping answers from it: 200 while at least one worker can serve, 503 otherwise (SageMaker developer guide, "How your
 * container should respond to health check requests"). A worker's replacement is up in well under a second, so a moment
 * without any is not yet an outage: requests wait, and /ping stays 200. A stuck worker does not count as serving.
 */

export const HEALTH_STATES = ['starting', 'ready', 'degraded', 'broken', 'draining'] as const

export type HealthState = (typeof HEALTH_STATES)[number]

/** How long no worker may be ready before the server calls itself broken; SageMaker's ping waits 2 s. */
const GRACE_MS = 1000

export class Health {
  readonly #stuck: () => number
  readonly #now: () => number
  #wanted = 1
  #ready = 0
  #noneSince: number | undefined
  #started = false
  #draining = false

  /** @param stuckWorkers how many of those that are ready have been in a run for far too long */
  constructor(stuckWorkers: () => number = () => 0, now: () => number = () => performance.now()) {
    this.#stuck = stuckWorkers
    this.#now = now
  }

  /** How many workers there are when all is well. */
  set wantedWorkers(count: number) {
    this.#wanted = count
  }

  /** Tells how many workers are ready now. */
  set readyWorkers(count: number) {
    if (count > 0) this.#started = true
    this.#noneSince = count > 0 ? undefined : (this.#noneSince ?? this.#now())
    this.#ready = count
  }

  get readyWorkers(): number {
    return this.#ready
  }

  get draining(): boolean {
    return this.#draining
  }

  drain(): void {
    this.#draining = true
  }

  get state(): HealthState {
    if (this.#draining) return 'draining'
    if (!this.#started) return 'starting'
    const able = this.#ready - this.#stuck()
    if (able >= this.#wanted) return 'ready'
    if (able > 0) return 'degraded'
    if (this.#ready > 0) return 'broken'
    return this.#now() - (this.#noneSince ?? 0) < GRACE_MS ? 'degraded' : 'broken'
  }

  /** What /ping says. */
  get serving(): boolean {
    const state = this.state
    return state === 'ready' || state === 'degraded'
  }
}
