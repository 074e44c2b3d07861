/** The short-lived process that inspects the model and writes its optimised graph. */

import type { FromInspection, ToInspection } from '../protocol/messages.ts'
import { nameSources } from '../stacks.ts'
import { inspect } from './inspect.ts'
import { exit, fail, listenToParent, send } from './parent.ts'

nameSources()

/** Resolves when the message has gone, since the process may not get any further. */
const report = (message: FromInspection): Promise<void> => new Promise((resolve) => send(message, resolve))

listenToParent((message) => {
  inspect(message as ToInspection, report).then((result) => send(result, () => exit(0)), fail)
})
