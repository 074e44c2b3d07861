/** The scheduler's mechanisms, and how each is switched off in the compiled server, which has no switch for it. */

import type { Patch } from './lib/patch.ts'

const SCHEDULER = 'scheduling/scheduler.js'
const COST_MODEL = 'scheduling/cost-model.js'

export type Mechanism = { purpose: string; off: readonly Patch[] }

const tryOneMore: Patch = {
  file: SCHEDULER,
  find: '(this.#batches % TRY_MORE_EVERY === TRY_MORE_EVERY - 1 ? 1 : 0)',
  replace: '0',
}
const believed: Patch = {
  file: COST_MODEL,
  find: 'fixed / (1 + variance / (fixed * fixed))',
  replace: 'fixed',
}
const unusual: Patch = { file: COST_MODEL, find: 'if (unusual)', replace: 'if (false)' }
const worthwhile: Patch = {
  file: SCHEDULER,
  find: 'const worthwhile = this.#cost.worthwhile + ',
  replace: 'const worthwhile = Number.POSITIVE_INFINITY + ',
}
const ahead: Patch = {
  file: SCHEDULER,
  find: 'const runner = free ?? this.#soonFree(oldest, lane);',
  replace: 'const runner = free;',
}
const light: Patch = {
  file: SCHEDULER,
  find: '#isLight(requests, bytes) {',
  replace: '#isLight(requests, bytes) {\n        return false;',
}
const holdBack: Patch = {
  file: SCHEDULER,
  find: 'Math.max(this.#delayLeft(oldest, lane), this.#lightRunLeft(lane))',
  replace: 'this.#delayLeft(oldest, lane)',
}
const GATHER = 'if (this.#isLight(this.#waiting.size, this.#waiting.bytes))'

export const MECHANISMS: Record<string, Mechanism> = {
  nothing: { purpose: 'a second server, unchanged: what of the ratios below is chance', off: [] },
  'try-one-more': { purpose: 'once in 32 batches one request more than is worthwhile', off: [tryOneMore] },
  believed: { purpose: 'a fixed cost that is uncertain is shrunk towards 0', off: [believed] },
  unusual: {
    purpose: 'requests much larger or later than others teach the cost model nothing',
    off: [unusual],
  },
  worthwhile: {
    purpose:
      'a batch ends where its fixed cost is negligible; without, only the fair share and the model bound it',
    off: [worthwhile],
  },
  ahead: { purpose: 'a full batch is prepared by a worker that is about to be free', off: [ahead] },
  light: { purpose: 'light work is not divided, held back and gathered (the three below)', off: [light] },
  undivided: {
    purpose: 'one worker is given all light work that waits',
    off: [{ file: SCHEDULER, find: 'if (this.#isLight(size, bytes))', replace: 'if (false)' }],
  },
  'hold-back': { purpose: 'light work waits for a worker that is busy with light work', off: [holdBack] },
  gather: {
    purpose: 'after an answer, light work is dispatched in the next turn of the event loop',
    off: [{ file: SCHEDULER, find: GATHER, replace: 'if (false)' }],
  },
  'light-but-gather': {
    purpose: 'light as a whole, but everything is gathered after an answer, light or not',
    off: [light, { file: SCHEDULER, find: GATHER, replace: 'if (true)' }],
  },
  all: {
    purpose: 'try-one-more, believed, unusual, ahead and light together',
    off: [tryOneMore, believed, unusual, ahead, light],
  },
}
