/** Several at work on one endpoint. */

import { UpdateEndpointWeightsAndCapacitiesCommand } from '@aws-sdk/client-sagemaker'
import t from 'tap'
import { readAlarms } from '../../../scripts/aws/live.ts'
import { registerGc } from '../../../scripts/commands/gc.ts'
import { AUTOSCALING } from '../a-deployment.ts'
import { CANARY, stage } from '../with-rehearsal.ts'

t.test(
  'two deployments, what scales, and a gc at the same time come to an end that all of them know',
  async (t) => {
    const here = await stage(t)
    const autoscaling = AUTOSCALING
    await here.deploy(here.deployment(['one'], { autoscaling }))
    await here.session.clock.sleep(3 * 3_600_000, here.session.signal)
    let collected = 0
    let scaled = 0
    here.rehearsal.onCall(async (_, action) => {
      if (action === 'UpdateEndpoint' && scaled < 3) {
        scaled += 1
        const change = { VariantName: 'primary', DesiredInstanceCount: scaled % 2 === 1 ? 3 : 2 }
        await here.clients.sagemaker
          .send(
            new UpdateEndpointWeightsAndCapacitiesCommand({
              EndpointName: 'digits',
              DesiredWeightsAndCapacities: [change],
            }),
          )
          .catch(() => undefined)
      }
      if (action === 'AddTags' && collected < 3) {
        collected += 1
        await here.command(registerGc, ['gc', '--keep', '1', '--endpoint', 'digits'])
      }
    })
    const two = here.deployment(['two'], { autoscaling, rollout: CANARY })
    const three = here.deployment(['three'], { autoscaling })
    const outcomes = await Promise.all([here.deploy(two), here.deploy(three)])
    t.equal(collected, 3)
    t.equal(scaled, 3)
    const runs = here.rehearsal.store.endpoints.get('digits')?.blue.configName
    for (const { outcome, configuration, reasons } of outcomes) {
      if (configuration === runs) t.equal(outcome, 'updated')
      else if (outcome !== 'updated') t.match(reasons, [/another deployment has replaced this one/])
    }
    const winner = outcomes.find(({ configuration }) => configuration === runs)
    t.ok(winner, 'one of them runs')
    t.strictSame(await readAlarms(here.clients, 'digits'), [])
    const again = await here.deploy(winner === outcomes[0] ? two : three)
    t.match(again, { outcome: 'unchanged' })
  },
)
