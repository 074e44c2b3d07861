/** What happens to an endpoint over time: it is created, updated by blue/green or rolling, rolled back, resized, deleted. */

import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { DeploymentConfig, ProductionVariant } from '../models/sagemaker.ts'
import type { Endpoint, EndpointStatus, Fleet, FleetVariant, Store, VariantStatus } from '../store.ts'
import type { Fleets } from './fleets.ts'
import { resolveImage } from './image.ts'
import { batches, sizeOf, trafficSteps } from './rollout.ts'
import { StartFailure } from './start-failure.ts'

/** Why a deployment goes back. */
class Setback extends Error {}

/** How often alarms are looked at while a fleet bakes. */
const ALARM_CHECK_MS = 10_000

/** SageMaker API reference, BlueGreenUpdatePolicy: the longest that a deployment may take unless it says otherwise. */
const LONGEST_SECONDS = 28_800

export type VariantChange = {
  name: string
  weight?: number
  count?: number
  maxConcurrency?: number
  provisionedConcurrency?: number
}

export type DeploymentSettings = {
  store: Store
  clock: Clock
  fleets: Fleets
  digest: string
  /** Names of those alarms, of the given ones, that are in ALARM or were since then. */
  alarming: (names: readonly string[], since: number) => string[]
  /** True if this deployment is to be rolled back without a word. */
  takeSilentRollback: (endpoint: string) => boolean
  announce: (line: string) => void
}

export type Deployments = ReturnType<typeof createDeployments>

export const createDeployments = (settings: DeploymentSettings) => {
  const { store, clock, fleets, announce } = settings
  const ending = new AbortController()
  const underway = new Set<Promise<void>>()

  const setStatus = (endpoint: Endpoint, status: EndpointStatus, reason?: string): void => {
    endpoint.status = status
    endpoint.modifiedAt = clock.now()
    if (reason === undefined) delete endpoint.failureReason
    else endpoint.failureReason = reason
    announce(`${endpoint.name}: ${status}${reason === undefined ? '' : `: ${reason}`}`)
  }

  const setVariants = (endpoint: Endpoint, fleet: Fleet, status: VariantStatus | undefined): void => {
    for (const variant of fleet.variants) {
      if (status === undefined) delete variant.status
      else variant.status = { status, since: clock.now() }
    }
    if (status !== undefined) announce(`${endpoint.name}: ${fleet.configName}: ${status}`)
  }

  const makeVariant = (config: ProductionVariant, shadow: boolean): FleetVariant => {
    const model = store.models.get(config.ModelName ?? '')
    const container = model?.input.PrimaryContainer ?? model?.input.Containers?.[0]
    // What a model package holds is not known here.
    const specified = container?.Image ?? container?.ModelPackageName ?? ''
    const { ServerlessConfig: serverless } = config
    return {
      name: config.VariantName ?? '',
      shadow,
      config,
      image: {
        specified,
        resolved: resolveImage(specified, settings.digest),
        resolvedAt: clock.now(),
      },
      weight: config.InitialVariantWeight ?? 1,
      desiredCount: serverless === undefined ? (config.InitialInstanceCount ?? 1) : 1,
      ...(serverless?.MaxConcurrency !== undefined && { maxConcurrency: serverless.MaxConcurrency }),
      ...(serverless?.ProvisionedConcurrency !== undefined && {
        provisionedConcurrency: serverless.ProvisionedConcurrency,
      }),
    }
  }

  const makeFleet = (configName: string): Fleet => {
    const input = store.endpointConfigs.get(configName)?.input
    return {
      id: randomUUID(),
      configName,
      startedAt: clock.now(),
      variants: [
        ...(input?.ProductionVariants ?? []).map((config) => makeVariant(config, false)),
        ...(input?.ShadowProductionVariants ?? []).map((config) => makeVariant(config, true)),
      ],
    }
  }

  /** Brings up all that a fleet should have. */
  const fill = async (endpoint: Endpoint, fleet: Fleet): Promise<void> => {
    await Promise.all(
      fleet.variants.map((variant) => fleets.resize(endpoint, fleet, variant, variant.desiredCount)),
    )
  }

  /** Runs without being waited for. What it throws is a fault of the rehearsal's, unless the rehearsal is ending. */
  const run = (endpoint: Endpoint, task: () => Promise<void>): void => {
    const running = task()
      .catch((error: unknown) => {
        if (!ending.signal.aborted)
          setStatus(endpoint, 'Failed', `The rehearsal failed: ${(error as Error).stack}`)
      })
      .finally(() => underway.delete(running))
    underway.add(running)
  }

  const reasonOf = (error: unknown): string => {
    if (error instanceof StartFailure || error instanceof Setback) return error.message
    throw error
  }

  const create = (endpoint: Endpoint): void => {
    announce(`${endpoint.name}: Creating`)
    bringUp(endpoint)
  }

  const bringUp = (endpoint: Endpoint): void => {
    setVariants(endpoint, endpoint.blue, 'Creating')
    run(endpoint, async () => {
      try {
        await fill(endpoint, endpoint.blue)
      } catch (error) {
        if (ending.signal.aborted) return
        const reason = reasonOf(error)
        await fleets.endFleet(endpoint.blue)
        setVariants(endpoint, endpoint.blue, undefined)
        setStatus(endpoint, 'Failed', reason)
        return
      }
      setVariants(endpoint, endpoint.blue, undefined)
      setStatus(endpoint, 'InService', endpoint.failureReason)
    })
  }

  /** Waits while the alarms are watched. */
  const bake = async (deployment: DeploymentConfig | undefined, seconds: number, deadline: number) => {
    const names = (deployment?.AutoRollbackConfiguration?.Alarms ?? []).flatMap(
      ({ AlarmName }) => AlarmName ?? [],
    )
    const since = clock.now()
    const until = since + seconds * 1000
    for (;;) {
      const alarming = settings.alarming(names, since)
      if (alarming.length > 0)
        throw new Setback(`One or more of the configured alarms are in ALARM state: ${alarming.join(', ')}.`)
      const now = clock.now()
      if (now > deadline)
        throw new Setback('The deployment did not complete within MaximumExecutionTimeoutInSeconds.')
      if (now >= until) return
      await clock.sleep(Math.min(ALARM_CHECK_MS, until - now), ending.signal)
    }
  }

  const blueGreen = async (endpoint: Endpoint, green: Fleet, deployment: DeploymentConfig | undefined) => {
    const policy = deployment?.BlueGreenUpdatePolicy
    const deadline = clock.now() + (policy?.MaximumExecutionTimeoutInSeconds ?? LONGEST_SECONDS) * 1000
    const waitSeconds = policy?.TrafficRoutingConfiguration?.WaitIntervalInSeconds ?? 0
    setVariants(endpoint, green, 'Creating')
    await fill(endpoint, green)
    for (const share of trafficSteps(deployment, Math.max(1, sizeOf(green)))) {
      setVariants(endpoint, green, 'ActivatingTraffic')
      endpoint.greenShare = share
      announce(`${endpoint.name}: ${green.configName} has ${Math.round(share * 100)} % of the traffic`)
      setVariants(endpoint, green, 'Baking')
      await bake(deployment, waitSeconds, deadline)
    }
    setVariants(endpoint, green, undefined)
    const { blue } = endpoint
    await clock.sleep((policy?.TerminationWaitInSeconds ?? 0) * 1000, ending.signal)
    setVariants(endpoint, blue, 'Deleting')
    await fleets.endFleet(blue)
  }

  /** One variant on each side: SageMaker takes no other endpoints for a rolling deployment. */
  const rolling = async (endpoint: Endpoint, green: Fleet, deployment: DeploymentConfig) => {
    const policy = deployment.RollingUpdatePolicy
    const deadline = clock.now() + (policy?.MaximumExecutionTimeoutInSeconds ?? LONGEST_SECONDS) * 1000
    const [oldVariant] = endpoint.blue.variants as [FleetVariant]
    const [newVariant] = green.variants as [FleetVariant]
    const total = newVariant.desiredCount
    for (const count of batches(policy?.MaximumBatchSize, total)) {
      setVariants(endpoint, green, 'Creating')
      await fleets.resize(endpoint, green, newVariant, count)
      setVariants(endpoint, green, 'ActivatingTraffic')
      endpoint.greenShare = count / total
      announce(`${endpoint.name}: ${green.configName} has ${count} of ${total} instances`)
      setVariants(endpoint, green, 'Baking')
      await bake(deployment, policy?.WaitIntervalInSeconds ?? 0, deadline)
      // The fleets may differ in size: what is left of the old one is in proportion.
      const left = Math.floor(oldVariant.desiredCount * (1 - count / total))
      setVariants(endpoint, endpoint.blue, 'Deleting')
      await fleets.resize(endpoint, endpoint.blue, oldVariant, left)
      setVariants(endpoint, endpoint.blue, undefined)
    }
    setVariants(endpoint, green, undefined)
  }

  const rollBack = async (endpoint: Endpoint, green: Fleet, reason: string | undefined): Promise<void> => {
    setStatus(endpoint, 'RollingBack', reason)
    try {
      // A rolling deployment may have ended some of the old instances.
      await fill(endpoint, endpoint.blue)
    } catch (error) {
      if (ending.signal.aborted) return
      setStatus(endpoint, 'UpdateRollbackFailed', reasonOf(error))
      return
    }
    endpoint.greenShare = 0
    setVariants(endpoint, green, 'Deleting')
    await fleets.endFleet(green)
    delete endpoint.green
    setVariants(endpoint, endpoint.blue, undefined)
    setStatus(endpoint, 'InService', reason)
  }

  const update = (endpoint: Endpoint, green: Fleet, deployment: DeploymentConfig | undefined): void => {
    endpoint.green = green
    endpoint.greenShare = 0
    if (deployment === undefined) delete endpoint.lastDeployment
    else endpoint.lastDeployment = deployment
    const silent = settings.takeSilentRollback(endpoint.name)
    setStatus(endpoint, 'Updating')
    run(endpoint, async () => {
      try {
        if (silent) await fill(endpoint, green)
        else if (deployment?.RollingUpdatePolicy === undefined) await blueGreen(endpoint, green, deployment)
        else await rolling(endpoint, green, deployment)
      } catch (error) {
        if (ending.signal.aborted) return
        await rollBack(endpoint, green, reasonOf(error))
        return
      }
      if (silent) {
        await rollBack(endpoint, green, undefined)
        return
      }
      endpoint.blue = green
      delete endpoint.green
      endpoint.greenShare = 0
      setStatus(endpoint, 'InService')
    })
  }

  /** UpdateEndpointWeightsAndCapacities, and what autoscaling does. */
  const change = (endpoint: Endpoint, changes: readonly VariantChange[]): void => {
    const fleet = endpoint.blue
    const before = fleet.variants.map((variant) => ({ ...variant }))
    setStatus(endpoint, 'Updating')
    for (const { name, weight, count, maxConcurrency, provisionedConcurrency } of changes) {
      const variant = fleet.variants.find((one) => one.name === name)
      if (variant === undefined) continue
      if (weight !== undefined) variant.weight = weight
      if (count !== undefined) variant.desiredCount = count
      if (maxConcurrency !== undefined) variant.maxConcurrency = maxConcurrency
      if (provisionedConcurrency !== undefined) variant.provisionedConcurrency = provisionedConcurrency
      if (count !== undefined) variant.status = { status: 'Updating', since: clock.now() }
    }
    run(endpoint, async () => {
      let reason: string | undefined
      try {
        await fill(endpoint, fleet)
      } catch (error) {
        if (ending.signal.aborted) return
        reason = reasonOf(error)
        setStatus(endpoint, 'RollingBack', reason)
        for (const [at, variant] of fleet.variants.entries()) Object.assign(variant, before[at])
        await fill(endpoint, fleet)
      }
      setVariants(endpoint, fleet, undefined)
      setStatus(endpoint, 'InService', reason)
    })
  }

  /** @param done called when nothing of it is left */
  const remove = (endpoint: Endpoint, done: () => void): void => {
    setStatus(endpoint, 'Deleting')
    run(endpoint, async () => {
      await fleets.endFleet(endpoint.blue)
      if (endpoint.green !== undefined) await fleets.endFleet(endpoint.green)
      done()
      announce(`${endpoint.name}: deleted`)
    })
  }

  /** Takes up endpoints of a rehearsal that was ended. What was being deployed is given up: what served before serves again. */
  const resume = (): void => {
    for (const [key, endpoint] of store.endpoints) {
      if (endpoint.status === 'Failed') continue
      if (endpoint.status === 'Deleting') {
        store.endpoints.delete(key)
        continue
      }
      const isNew = endpoint.status === 'Creating'
      delete endpoint.green
      endpoint.greenShare = 0
      if (!isNew) setStatus(endpoint, 'SystemUpdating', endpoint.failureReason)
      bringUp(endpoint)
    }
  }

  return {
    makeFleet,
    resume,
    create,
    update,
    change,
    remove,
    /** Ends what is under way, and every server. */
    async stop() {
      ending.abort()
      await fleets.endAll()
      await Promise.all(underway)
    },
  }
}
