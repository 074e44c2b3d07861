/**
 * Loaded into each process of tests. tap follows every promise with a hook, so as to know to which test an error belongs that
 * nobody caught, and that is a tenth of what the tests cost. Without it such an error ends the process: its tests fail all the
 * same, and its stack is printed.
 */

import asyncHooks from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'

asyncHooks.createHook = () => {
  const hook = { enable: () => hook, disable: () => hook }
  return hook
}
syncBuiltinESMExports()
