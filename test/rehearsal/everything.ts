import { readAlarms, readScaling } from '../../scripts/aws/live.ts'
import type { Stage } from '../scripts/with-rehearsal.ts'

export const ENDPOINT = 'digits'

/** All that there is in a rehearsal: names, and what can be read of them. */
export const everything = async ({ rehearsal: { store }, clients, fakes }: Stage) => {
  const endpoint = store.endpoints.get(ENDPOINT)
  const scaling = await readScaling(
    clients,
    ENDPOINT,
    ['primary', 'challenger', 'third'].map((VariantName) => ({ VariantName })),
  )
  return {
    endpoint: endpoint && {
      status: endpoint.status,
      config: endpoint.blue.configName,
      green: endpoint.green?.configName,
      variants: endpoint.blue.variants.map(({ name, weight, desiredCount }) => ({
        name,
        weight,
        desiredCount,
      })),
      tags: Object.fromEntries(store.tags.get(endpoint.arn) ?? []),
    },
    models: [...store.models.keys()].sort(),
    configs: [...store.endpointConfigs.keys()].sort(),
    tagged: [...store.tags.keys()].sort(),
    objects: [...store.buckets.values()].flatMap(({ objects }) => [...objects.keys()]).sort(),
    uploads: [...store.buckets.values()].flatMap(({ uploads }) => [...uploads.keys()]),
    targets: scaling.targets.map(({ ResourceId, MinCapacity, MaxCapacity }) => [
      ResourceId,
      MinCapacity,
      MaxCapacity,
    ]),
    policies: scaling.policies.map(({ PolicyName }) => PolicyName),
    alarms: (await readAlarms(clients, ENDPOINT)).map(({ AlarmName }) => AlarmName),
    servers: fakes.running.length,
  }
}
