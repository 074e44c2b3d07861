/**
 * The commands against a rehearsal in this process: real clients, instances that are small servers, and a clock that runs when
 * the commands wait, or by itself where a test gives its speed.
 */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pc from 'picocolors'
import type { Test } from 'tap'
import { createManualClock, type ManualClock } from '../../packages/sagemaker-rehearsal/src/clock.ts'
import type { InstanceSpec } from '../../packages/sagemaker-rehearsal/src/endpoints/launcher.ts'
import {
  type Rehearsal,
  type RehearsalOptions,
  startRehearsal,
} from '../../packages/sagemaker-rehearsal/src/rehearsal.ts'
import {
  type Behaviour,
  type FakeLauncher,
  fakeLauncher,
} from '../../packages/sagemaker-rehearsal/test/fixture.ts'
import { withoutSocket } from '../../packages/sagemaker-rehearsal/test/in-process.ts'
import { type Clients, createClients } from '../../scripts/aws/clients.ts'
import { resolve } from '../../scripts/aws/resolve.ts'
import type { Clock } from '../../scripts/cli/clock.ts'
import type { Register } from '../../scripts/cli/command.ts'
import type { Output } from '../../scripts/cli/output.ts'
import { createProgram } from '../../scripts/cli/program.ts'
import type { Deployment } from '../../scripts/config/deployment.ts'
import { deploy } from '../../scripts/deploy/deploy.ts'
import type { Outcome } from '../../scripts/deploy/judge.ts'
import type { Session } from '../../scripts/deploy/session.ts'
import { loadSmokeTests } from '../../scripts/deploy/smoke-files.ts'
import { desire } from '../../scripts/plan/desire.ts'
import type { Desired } from '../../scripts/plan/desired.ts'
import { aDeployment, aVariant } from './a-deployment.ts'

const MODEL = new URL('../fixtures/models/add-one/', import.meta.url)

export const REGION = 'us-east-1'

const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'rehearsal',
  AWS_SECRET_ACCESS_KEY: 'rehearsal',
  AWS_REGION: REGION,
  AWS_EC2_METADATA_DISABLED: 'true',
}

/** All that a command prints. */
export type Printed = Output & {
  steps: string[]
  warnings: string[]
  results: unknown[]
  texts: string[]
  bytes: Buffer[]
}

export const capture = (): Printed => {
  const steps: string[] = []
  const warnings: string[] = []
  const results: unknown[] = []
  const texts: string[] = []
  const raw: Buffer[] = []
  return {
    steps,
    warnings,
    results,
    texts,
    bytes: raw,
    colours: pc.createColors(false),
    result(value, text) {
      results.push(value)
      texts.push(text)
    },
    step: (text) => void steps.push(text),
    raw: (bytes) => void raw.push(Buffer.from(bytes)),
    progress() {},
    warn: (text) => void warnings.push(text),
  }
}

export type Ran = {
  /** The last result: its value, and its text. */
  value: unknown
  text: string
  bytes: Buffer
  output: Printed
  error?: unknown
}

export type Stage = {
  rehearsal: Rehearsal
  clients: Clients
  fakes: FakeLauncher
  session: Session & { output: Printed }
  /** A model folder; different text gives a different archive. */
  model(text: string): string
  /** A deployment of models, each a variant: `primary`, `challenger`, … */
  deployment(models: readonly string[], more?: Partial<Deployment>): Deployment
  desired(deployment: Deployment): Promise<Desired>
  deploy(deployment: Deployment, more?: { recreate?: boolean; session?: Session }): Promise<Outcome>
  /** An endpoint.yaml; `more` is merged into one with a name, a role, and the model of this text. */
  file(model: string, more?: object): string
  /** Runs a command as it is typed. */
  command(register: Register, argv: readonly string[], signal?: AbortSignal): Promise<Ran>
  /** Ends it before the test does. */
  close(): Promise<void>
  /** Calls made since `from` that change something. */
  changes(from?: number): string[]
}

/** The commands' clock: waiting lets the rehearsal's time pass, and real servers have a moment to start. */
export const clockOf = (clock: ManualClock): Clock => ({
  now: clock.now,
  async sleep(ms, signal) {
    signal.throwIfAborted()
    await clock.advance(ms)
    await delay(1)
    signal.throwIfAborted()
  },
})

/** Where the rehearsal's clock runs by itself, waits need only be short. */
const hurriedClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    await delay(ms / 50, undefined, { signal })
  },
}

const AT_ONCE: Deployment['rollout'] = {
  strategy: 'all-at-once',
  bakeSeconds: 0,
  keepOldSeconds: 0,
  timeoutSeconds: 3600,
  rollbackOn: [],
  keepCapacity: true,
}

/** Half of the fleet, for as long as two minutes in alarm take to be seen. */
export const CANARY: Deployment['rollout'] = {
  ...AT_ONCE,
  strategy: 'canary',
  step: { percent: 50 },
  bakeSeconds: 120,
  rollbackOn: [{ metric: '5xx-rate', abovePercent: 5, points: 2, of: 3 }],
}

/** Actions that change nothing. */
export const READS = /^(BatchGet|Describe|Get|Head|List|Filter|Invoke|Simulate)/

/** Whether an instance was given the model made of this text. */
export const isOf =
  (text: string) =>
  ({ modelFolder }: InstanceSpec): boolean =>
    modelFolder !== undefined && readFileSync(join(modelFolder, 'version.txt'), 'utf8') === text

const VARIANTS = ['primary', 'challenger', 'third']

export const stage = async (
  t: Test,
  {
    behaviour,
    socket = false,
    ...options
  }: Partial<RehearsalOptions> & { behaviour?: Behaviour; socket?: boolean } = {},
): Promise<Stage> => {
  const manual = options.speed === undefined ? createManualClock() : undefined
  const clock = manual === undefined ? hurriedClock : clockOf(manual)
  const fakes = fakeLauncher(behaviour)
  const rehearsal = await startRehearsal({
    ...(manual !== undefined && { clock: manual }),
    launcher: fakes.launcher,
    startupAtLeastMs: 0,
    ...options,
  })
  const withSocket = socket ? () => {} : withoutSocket(rehearsal)
  const before = { ...process.env }
  Object.assign(process.env, ENVIRONMENT, { AWS_ENDPOINT_URL: rehearsal.url })
  const clients = createClients(undefined, { maxAttempts: 3 })
  const folder = mkdtempSync(join(tmpdir(), 'onnx-stage-'))
  let isOpen = true
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    for (const client of Object.values(clients)) client.destroy()
    for (const name of [...Object.keys(ENVIRONMENT), 'AWS_ENDPOINT_URL']) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
    withSocket()
    await rehearsal.stop()
    rmSync(folder, { recursive: true })
  }
  t.teardown(close)
  const session = { clients, output: capture(), signal: new AbortController().signal, clock }
  const model = (text: string): string => {
    const path = join(folder, text)
    mkdirSync(path, { recursive: true })
    cpSync(MODEL, path, { recursive: true })
    writeFileSync(join(path, 'version.txt'), text)
    return path
  }
  const desired = async (deployment: Deployment) =>
    desire(deployment, (await resolve(clients, deployment)).resolved)
  return {
    rehearsal,
    clients,
    fakes,
    session,
    close,
    model,
    file(text, more = {}) {
      const path = join(folder, 'endpoint.yaml')
      const image = `123456789012.dkr.ecr.${REGION}.amazonaws.com/digits@sha256:${'0'.repeat(64)}`
      const role = 'arn:aws:iam::123456789012:role/sagemaker'
      // JSON is YAML too.
      writeFileSync(path, JSON.stringify({ name: 'digits', role, image, model: model(text), ...more }))
      return path
    },
    async command(register, argv, signal = new AbortController().signal) {
      const output = capture()
      const program = createProgram([register], {
        signal,
        createOutput: () => output,
        clients: (region) => createClients(region, { maxAttempts: 3 }),
        clock,
      })
      const error = await program.parseAsync(['node', 'endpoint', ...argv]).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      return {
        value: output.results.at(-1),
        text: output.texts.at(-1) ?? '',
        bytes: Buffer.concat(output.bytes),
        output,
        ...(error !== undefined && { error }),
      }
    },
    desired,
    deployment: (models, more = {}) =>
      aDeployment({
        role: 'arn:aws:iam::123456789012:role/sagemaker',
        variants: models.map((text, at) =>
          aVariant({
            name: VARIANTS[at] as string,
            image: { uri: `123456789012.dkr.ecr.${REGION}.amazonaws.com/digits@sha256:${'0'.repeat(64)}` },
            model: { path: model(text) },
          }),
        ),
        rollout: AT_ONCE,
        ...more,
      }),
    async deploy(deployment, { recreate = false, session: other = session } = {}) {
      return deploy(other, {
        desired: await desired(deployment),
        region: REGION,
        smoke: await loadSmokeTests(deployment.smoke),
        recreate,
        timeoutMs: deployment.rollout.timeoutSeconds * 1_000,
        preflight: async () => {},
      })
    },
    changes: (from = 0) =>
      rehearsal
        .calls()
        .slice(from)
        .filter(({ action }) => !READS.test(action))
        .map(({ service, action }) => `${service}:${action}`),
  }
}
