/** What the commands do with a function: one row each, by the command's name. */

import { deleteFunction, gc } from './delete.ts'
import { deploy, showPlan } from './deploy.ts'
import { exportTemplate } from './export.ts'
import { invoke, logs, status } from './look.ts'
import { promote, rollback, traffic } from './move.ts'
import { smoke } from './smoke.ts'

export const LAMBDA = {
  plan: showPlan,
  deploy,
  export: exportTemplate,
  status,
  logs,
  invoke,
  smoke,
  traffic,
  promote,
  rollback,
  delete: deleteFunction,
  gc,
}

export type LambdaCommands = typeof LAMBDA
