/** The scheduler's mechanisms, and how each is switched off in the compiled server, which has no switch for it. */

import type { Patch } from './lib/patch.ts'

export type Mechanism = { purpose: string; off: readonly Patch[] }

export const MECHANISMS: Record<string, Mechanism> = {
  nothing: { purpose: 'a second server, unchanged: what of the ratios below is chance', off: [] },
  best: {
    purpose:
      'a batch is no larger than is worth it; without, only the fair share and the model bound it (cost-model.ts)',
    off: [
      {
        file: 'server/scheduling/lane.js',
        find: 'this.cost.best(Math.min(share, line.size, this.maxBatchSize))',
        replace: 'Math.min(share, line.size, this.maxBatchSize)',
      },
    ],
  },
  undivided: {
    purpose: 'work of less than a millisecond is not divided among workers (lane.ts)',
    off: [
      {
        file: 'server/scheduling/lane.js',
        find: 'const UNDIVIDED_MS = 1;',
        replace: 'const UNDIVIDED_MS = 0;',
      },
    ],
  },
  gather: {
    purpose: 'after a batch the next is dispatched in the next turn of the event loop (scheduler.ts)',
    off: [
      {
        file: 'server/scheduling/scheduler.js',
        find: '        }\n        this.#dispatchSoon();\n    }',
        replace: '        }\n        this.#dispatch();\n    }',
      },
    ],
  },
}
