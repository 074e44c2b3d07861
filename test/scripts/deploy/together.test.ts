/** Several at work on one endpoint. */

import {
  CreateModelCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker'
import t from 'tap'
import { readAlarms } from '../../../scripts/aws/live.ts'
import { registerGc } from '../../../scripts/commands/gc.ts'
import { collect, planCollection } from '../../../scripts/deploy/collect.ts'
import { isUploaded, upload } from '../../../scripts/package/upload.ts'
import type { Archive } from '../../../scripts/plan/desired.ts'
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

t.test('a deployment that was taken up, and then replaced by a third, says so', async (t) => {
  const here = await stage(t)
  const [two, three, one] = ['two', 'three', 'one'].map((text) => here.deployment([text]))
  if (one === undefined || two === undefined || three === undefined) throw new Error('three are made')
  for (const each of [two, three, one]) await here.deploy(each)
  const update = async (deployment: typeof one) => {
    const { EndpointConfigName } = (await here.desired(deployment)).config
    await here.clients.sagemaker.send(
      new UpdateEndpointCommand({ EndpointName: 'digits', EndpointConfigName }),
    )
    return EndpointConfigName
  }
  const wanted = await update(two)
  let third: string | undefined
  here.rehearsal.onCall(async (_, action) => {
    const { blue, green } = here.rehearsal.store.endpoints.get('digits') ?? {}
    if (action !== 'DescribeEndpoint' || third !== undefined) return
    if (blue?.configName !== wanted || green !== undefined) return
    third = 'begun'
    third = await update(three)
  })
  const outcome = await here.deploy(two)
  t.match(outcome, {
    outcome: 'failed',
    runs: third,
    reasons: [`another deployment has replaced this one meanwhile: the endpoint runs ${third}`],
  })
})

t.test('an archive that lay there for long is not collected once a deployment has taken it', async (t) => {
  const here = await stage(t)
  const one = here.deployment(['one'])
  await here.deploy(one)
  const { archives } = await here.desired(here.deployment(['two']))
  for (const archive of archives) await upload(here.clients.s3, archive)
  await here.session.clock.sleep(3 * 3_600_000, here.session.signal)
  let collected = false
  here.rehearsal.onCall(async (_, action) => {
    if (action !== 'CreateModel' || collected) return
    collected = true
    await here.command(registerGc, ['gc', '--keep', '1', '--endpoint', 'digits'])
    t.notOk(await isUploaded(here.clients.s3, archives[0] as Archive), 'it was garbage until now')
  })
  t.match(await here.deploy(here.deployment(['two'])), { outcome: 'updated' })
  t.ok(collected)
  t.ok(await isUploaded(here.clients.s3, archives[0] as Archive), 'and is there again')
})

t.test('what a gc was to delete, and a deployment has taken meanwhile, stays', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one']))
  const two = await here.desired(here.deployment(['two']))
  for (const archive of two.archives) await upload(here.clients.s3, archive)
  await here.session.clock.sleep(3 * 3_600_000, here.session.signal)
  const options = { buckets: two.archives.map(({ bucket }) => bucket), keep: 1, youngMs: 3_600_000 }
  const collection = await planCollection(here.clients, 'digits', options)
  t.equal(collection.archives.length, 1)
  for (const model of two.models) await here.clients.sagemaker.send(new CreateModelCommand(model))
  await collect(here.session, 'digits', collection)
  t.ok(await isUploaded(here.clients.s3, two.archives[0] as Archive))
})
