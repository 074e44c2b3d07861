/**
 * Loaded before each test file. The test runner adds hooks to every Node process that a test starts, for coverage, which
 * is not measured here; with them a process takes three times as long to start.
 */

import processOnSpawn from 'process-on-spawn'

processOnSpawn.removeAllListeners()
process.execArgv = []
delete process.env.NODE_OPTIONS
