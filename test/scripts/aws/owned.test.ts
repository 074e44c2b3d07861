import t from 'tap'
import { makeConfig } from '../../../packages/sagemaker-rehearsal/test/fixture.ts'
import { inTens } from '../../../scripts/aws/in-tens.ts'
import { readOwned } from '../../../scripts/aws/owned.ts'
import { OWNER_TAG } from '../../../scripts/plan/desired.ts'
import { stage } from '../with-rehearsal.ts'

const VERSIONS = 60

t.test(
  'what belongs to an endpoint is found by its tag, in a few calls and not by asking everything',
  async (t) => {
    const here = await stage(t)
    const { clients, rehearsal } = here
    const names = Array.from({ length: VERSIONS }, (_, at) => `Digits-${String(at).padStart(10, '0')}`)
    await inTens(names, (name) => makeConfig(clients, name))
    await makeConfig(clients, 'digits-of-someone-else')
    const own = [...names, 'Digits-by-another-name']
    await makeConfig(clients, 'Digits-by-another-name')
    const arns = [...rehearsal.store.tags.keys()].filter((arn) =>
      own.some((name) => arn.endsWith(`/${name.toLowerCase()}`)),
    )
    t.equal(arns.length, 2 * own.length)
    for (const arn of arns) rehearsal.store.tags.get(arn)?.set(OWNER_TAG, 'Digits')
    await here.session.clock.sleep(2 * 3_600_000, here.session.signal)
    const from = rehearsal.calls().length
    const owned = await readOwned(clients, 'Digits')
    t.strictSame(owned.configs.map(({ EndpointConfigName }) => EndpointConfigName).sort(), own.sort())
    t.strictSame(owned.models.map(({ ModelName }) => ModelName).sort(), own.sort())
    const calls = rehearsal.calls().slice(from)
    const others = calls.filter(({ action }) => !action.startsWith('Describe')).map(({ action }) => action)
    t.strictSame(others, ['GetResources', 'GetResources', 'ListModels', 'ListEndpointConfigs'])
    t.equal(calls.length - others.length, 2 * own.length)
  },
)

t.test('what the index of tags does not know yet is asked one by one', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one']))
  await here.deploy({ ...here.deployment(['one']), endpoint: 'digits-staging' })
  const { tags } = here.rehearsal.store
  const known = new Map(tags)
  here.rehearsal.onCall((_, action) => {
    if (action === 'GetResources') tags.clear()
    else for (const [arn, values] of known) tags.set(arn, values)
  })
  const owned = await readOwned(here.clients, 'digits')
  t.match(
    [...owned.configs, ...owned.models].map((each) =>
      'ModelName' in each ? each.ModelName : each.EndpointConfigName,
    ),
    [/^digits-[0-9a-f]{10}$/, /^digits-[0-9a-f]{10}$/],
  )
})
