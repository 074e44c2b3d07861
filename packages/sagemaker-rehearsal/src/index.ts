/** What the package offers to programs: a rehearsal, the launchers of its instances, and what a launcher of one's own needs. */

export type { Call } from './calls.ts'
export { type Clock, createClock, createManualClock, type ManualClock } from './clock.ts'
export type { InstanceSpec, Launcher, RunningServer } from './endpoints/launcher.ts'
export type { FaultInput } from './faults.ts'
export { commandLauncher } from './instances/command.ts'
export { containerLauncher } from './instances/container.ts'
export { freePort, quote, startProcess } from './instances/process.ts'
export { createEnvironments } from './lambda/environments.ts'
export { handle as handleFunctionUrl } from './lambda/http.ts'
export { commandLambda, containerLambda } from './lambda/launchers.ts'
export type {
  EnvironmentOptions,
  Environments,
  FunctionVersion,
  HttpRequest,
  HttpResponse,
  Invocation,
  InvocationResult,
  LambdaLauncher,
  LambdaProcess,
  UrlContext,
} from './lambda/types.ts'
export { type Rehearsal, type RehearsalOptions, startRehearsal } from './rehearsal.ts'
