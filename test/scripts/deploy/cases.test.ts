/** Whatever a file asks for, `deploy` sends, and the rehearsal takes all of it. */

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DeleteEndpointCommand } from '@aws-sdk/client-sagemaker'
import t from 'tap'
import { loadDeployment } from '../../../scripts/config/load.ts'
import { REGION, stage } from '../with-rehearsal.ts'

const CASES = fileURLToPath(new URL('../plan/cases/', import.meta.url))

t.test('every case of plan/cases is deployed, and deployed twice is deployed once', async (t) => {
  const here = await stage(t)
  const image = { uri: `123456789012.dkr.ecr.${REGION}.amazonaws.com/digits@sha256:${'0'.repeat(64)}` }
  for (const name of readdirSync(CASES).sort()) {
    const { deployment } = loadDeployment(`${CASES}${name}`)
    const placed = <Fleet>(fleet: Fleet) => ({ ...fleet, image, model: { path: here.model('one') } })
    const endpoint = name.replace('.yaml', '')
    const { shadow, variants, rollout } = deployment
    const each = {
      ...deployment,
      endpoint,
      variants: variants.map(placed),
      ...(shadow !== undefined && { shadow: placed(shadow) }),
      // Tests send what is not there, and alarms of the user's own are not either.
      smoke: [],
      rollout: { ...rollout, rollbackOn: rollout.rollbackOn.filter((rule) => !('alarm' in rule)) },
    }
    t.match(await here.deploy(each), { outcome: 'created', reasons: [] }, name)
    t.match(await here.deploy(each), { outcome: 'unchanged' }, name)
    // All at once would be more instances than there are.
    await here.clients.sagemaker.send(new DeleteEndpointCommand({ EndpointName: endpoint }))
  }
})
