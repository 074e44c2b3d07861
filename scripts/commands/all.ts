/** All commands, in the order of the help: one row each. */

import type { Register } from '../cli/command.ts'
import { registerBuild } from './build.ts'
import { registerCompletion } from './completion.ts'
import { registerDelete } from './delete.ts'
import { registerDeploy } from './deploy.ts'
import { registerDoctor } from './doctor.ts'
import { registerExperiment } from './experiment.ts'
import { registerExport } from './export.ts'
import { registerGc } from './gc.ts'
import { registerInit } from './init.ts'
import { registerInvoke } from './invoke.ts'
import { registerLogs } from './logs.ts'
import { registerPackage } from './package.ts'
import { registerPlan } from './plan.ts'
import { registerPromote } from './promote.ts'
import { registerProxy } from './proxy.ts'
import { registerPush } from './push.ts'
import { registerRehearse } from './rehearse.ts'
import { registerRollback } from './rollback.ts'
import { registerScale } from './scale.ts'
import { registerSize } from './size.ts'
import { registerSmoke } from './smoke.ts'
import { registerStatus } from './status.ts'
import { registerTraffic } from './traffic.ts'

export const COMMANDS: readonly Register[] = [
  registerInit,
  registerDoctor,
  registerPackage,
  registerBuild,
  registerPush,
  registerPlan,
  registerDeploy,
  registerExport,
  registerStatus,
  registerLogs,
  registerInvoke,
  registerSmoke,
  registerTraffic,
  registerPromote,
  registerRollback,
  registerScale,
  registerSize,
  registerDelete,
  registerGc,
  registerProxy,
  registerExperiment,
  registerRehearse,
  registerCompletion,
]
