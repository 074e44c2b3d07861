/**
 * Loaded into tap's runner. It has each process note which modules it loads, for coverage, which is not measured here; with
 * that a process takes three times as long to start, and each import is slower.
 */

import { ChildProcess } from 'node:child_process'

const { spawn } = ChildProcess.prototype
const isNoted = (text) => text.includes('@tapjs/processinfo')

ChildProcess.prototype.spawn = function (options) {
  const args = options.args.filter((argument) => !isNoted(argument))
  const envPairs = options.envPairs.filter((pair) => !(pair.startsWith('NODE_OPTIONS=') && isNoted(pair)))
  return spawn.call(this, { ...options, args, envPairs })
}
