/** All checks, in the order in which they are printed. */

import { messageOf } from '../aws/errors.ts'
import { checkAlarms } from './alarms.ts'
import { checkAccount, checkClock, checkCredentials, checkRegion } from './credentials.ts'
import { type Finding, notChecked } from './finding.ts'
import {
  checkAwsCommand,
  checkConfiguration,
  checkEngine,
  checkModel,
  checkPlatform,
  checkSmokeTests,
} from './local.ts'
import { checkPermissions, checkRole, checkRolePermissions } from './permissions.ts'
import { checkQuota } from './quota.ts'
import { checkImage, checkRegistry } from './registry.ts'
import type { Check, Subject } from './subject.ts'

const CHECKS: Readonly<Record<string, Check>> = {
  configuration: checkConfiguration,
  'model folder': checkModel,
  'smoke tests': checkSmokeTests,
  'container engine': checkEngine,
  'build platform': checkPlatform,
  'aws command': checkAwsCommand,
  region: checkRegion,
  credentials: checkCredentials,
  clock: checkClock,
  account: checkAccount,
  permissions: checkPermissions,
  'execution role': checkRole,
  'its permissions': checkRolePermissions,
  quota: checkQuota,
  alarms: checkAlarms,
  registry: checkRegistry,
  image: checkImage,
}

export type Report = (Finding & { name: string })[]

/** @param names all, if nothing is said */
export const runChecks = (subject: Subject, names = Object.keys(CHECKS)): Promise<Report> =>
  Promise.all(
    names.map(async (name) => {
      const check = CHECKS[name] as Check
      // What may not be looked at, or an AWS that does not know the call, is no verdict on the deployment. The SDK's errors on
      // answers that are none go on with lines of advice for programmers.
      const finding = await check(subject).catch((error) => notChecked(messageOf(error).split('\n')[0] ?? ''))
      return { name, ...finding }
    }),
  )
