/** The instances of every fleet: brought up a few at a time, grown, shrunk and ended. */

import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { endpointLogGroup, type Logs } from '../logs.ts'
import type { ContainerDefinition } from '../models/sagemaker.ts'
import type { Endpoint, Fleet, FleetVariant, Store } from '../store.ts'
import { type Instance, startInstance } from './instance.ts'
import type { Launcher } from './launcher.ts'
import type { ModelFolders } from './model-archive.ts'
import { StartFailure } from './start-failure.ts'

/** SageMaker waits eight minutes for the first 200 unless the configuration says otherwise (developer guide, health checks). */
const STARTUP_TIMEOUT_SECONDS = 480

/** Servers that start at once: starting takes all of a laptop's attention. */
const MOST_STARTING = 2

export type FleetSettings = {
  store: Store
  clock: Clock
  logs: Logs
  launcher: Launcher
  modelFolders: ModelFolders
  startupAtLeastMs: number
  announce: (line: string) => void
}

const createTurns = (most: number) => {
  let running = 0
  const waiting: (() => void)[] = []
  return async <Result>(task: () => Promise<Result>): Promise<Result> => {
    while (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    running += 1
    try {
      return await task()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }
}

export type Fleets = ReturnType<typeof createFleets>

export const createFleets = (settings: FleetSettings) => {
  const { store, clock, logs, announce } = settings
  /** By fleet and variant. */
  const instances = new Map<string, Instance[]>()
  const inTurn = createTurns(MOST_STARTING)
  let closed = false

  const keyOf = (fleet: Fleet, variant: FleetVariant) => `${fleet.id}/${variant.name}`
  const of = (fleet: Fleet, variant: FleetVariant): Instance[] => instances.get(keyOf(fleet, variant)) ?? []

  const containerOf = (variant: FleetVariant): ContainerDefinition => {
    const name = variant.config.ModelName
    if (name === undefined)
      throw new StartFailure(
        `The variant ${variant.name} names no model, and the rehearsal does not emulate inference components.`,
      )
    const model = store.models.get(name)
    const container = model?.input.PrimaryContainer ?? model?.input.Containers?.[0]
    if (container === undefined)
      throw new StartFailure(`Could not find model "${name}" for production variant ${variant.name}.`)
    return container
  }

  const startOne = async (endpoint: Endpoint, fleet: Fleet, variant: FleetVariant): Promise<void> => {
    const container = containerOf(variant)
    const id = `i-${randomBytes(9).toString('hex').slice(0, 17)}`
    const group = endpointLogGroup(endpoint.name)
    const modelFolder = await settings.modelFolders(container)
    const seconds = variant.config.ContainerStartupHealthCheckTimeoutInSeconds ?? STARTUP_TIMEOUT_SECONDS
    if (closed) throw new StartFailure('The rehearsal is ending.')
    const instance = startInstance(
      {
        id,
        endpoint: endpoint.name,
        variant: variant.name,
        model: variant.config.ModelName ?? '',
        image: variant.image.specified,
        environment: container.Environment ?? {},
        modelFolder,
      },
      {
        launcher: settings.launcher,
        clock,
        startupTimeoutMs: seconds * 1000,
        startupAtLeastMs: settings.startupAtLeastMs,
        log: (line) => logs.append(group, `${variant.name}/${id}`, line),
        announce,
      },
    )
    instances.set(keyOf(fleet, variant), [...of(fleet, variant), instance])
    await instance.ready
  }

  /** Ends the youngest, which have the least to lose. */
  const shrink = async (fleet: Fleet, variant: FleetVariant, count: number): Promise<void> => {
    const all = of(fleet, variant)
    if (all.length <= count) return
    instances.set(keyOf(fleet, variant), all.slice(0, count))
    await Promise.all(all.slice(count).map((instance) => instance.stop()))
  }

  /**
   * Brings a variant to that many instances; resolves when all of them serve or have ended.
   *
   * @throws StartFailure when one of them cannot be brought into service; those that were added are ended then
   */
  const resize = async (
    endpoint: Endpoint,
    fleet: Fleet,
    variant: FleetVariant,
    count: number,
  ): Promise<void> => {
    const before = of(fleet, variant).length
    if (count <= before) return shrink(fleet, variant, count)
    let failure: unknown
    const start = async () => {
      // One that cannot start says enough about the others.
      if (failure !== undefined) return
      await startOne(endpoint, fleet, variant).catch((error: unknown) => {
        failure ??= error
      })
    }
    await Promise.all(Array.from({ length: count - before }, () => inTurn(start)))
    if (failure === undefined) return
    await shrink(fleet, variant, before)
    throw failure
  }

  const endFleet = async (fleet: Fleet): Promise<void> => {
    await Promise.all(fleet.variants.map((variant) => shrink(fleet, variant, 0)))
  }

  return {
    of,
    resize,
    endFleet,
    /** Instances that answer. */
    serving: (fleet: Fleet, variant: FleetVariant) =>
      of(fleet, variant).filter((instance) => instance.url() !== undefined),
    async endAll() {
      closed = true
      const all = [...instances.values()].flat()
      instances.clear()
      await Promise.all(all.map((instance) => instance.stop()))
    },
  }
}
