/** The scheduler's mechanisms, and how each is switched off in a copy of the server, which has no switch for it. */

import type { Patch } from './lib/patch.ts'

export type Mechanism = { purpose: string; off: readonly Patch[] }

export const MECHANISMS: Record<string, Mechanism> = {
  nothing: { purpose: 'a second server, unchanged: what of the ratios below is chance', off: [] },
  best: {
    purpose:
      'a batch is no larger than is worth it; without, only the fair share and the model bound it (cost-model.ts)',
    off: [
      {
        file: 'server/scheduling/take.ts',
        find: 'cost.best(shareOf(line.size, workers, maxBatchSize, cost))',
        replace: 'shareOf(line.size, workers, maxBatchSize, cost)',
      },
    ],
  },
  undivided: {
    purpose: 'work of less than a millisecond is not divided among workers (take.ts)',
    off: [
      {
        file: 'server/scheduling/take.ts',
        find: 'const UNDIVIDED_MS = 1\n',
        replace: 'const UNDIVIDED_MS = 0\n',
      },
    ],
  },
  whole: {
    purpose: 'what costs hardly more than a share of it is divided among the free workers only (take.ts)',
    off: [
      {
        file: 'server/scheduling/take.ts',
        find: 'const HARDLY_MORE = 1.1\n',
        replace: 'const HARDLY_MORE = 0\n',
      },
    ],
  },
  gather: {
    purpose: 'after a batch the next is dispatched in the next turn of the event loop (scheduler.ts)',
    off: [
      {
        file: 'server/scheduling/scheduler.ts',
        find: '    }\n    this.#dispatchSoon()\n  }',
        replace: '    }\n    this.#dispatch()\n  }',
      },
    ],
  },
}
