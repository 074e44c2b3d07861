/** The worker process. Everything that touches a tensor happens here, and only here are native add-ons loaded. */

import type { ToWorker } from '../protocol/messages.ts'
import { nameSources } from '../stacks.ts'
import { preloadRuntime } from './engine/execution-provider.ts'
import { followInstructions } from './instructions.ts'
import { Models } from './models.ts'
import { exit, fail, listenToParent, send } from './parent.ts'

nameSources()
preloadRuntime()

const follow = followInstructions(new Models(), { send, fail, stop: () => exit(0) })
listenToParent((message) => follow(message as ToWorker))
