import t from 'tap'
import { readScaling } from '../../../scripts/aws/live.ts'
import { registerScale } from '../../../scripts/commands/scale.ts'
import { AUTOSCALING } from '../a-deployment.ts'
import { stage } from '../with-rehearsal.ts'

t.test('scale sets the number of instances; twice is once', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one']))
  const argv = ['scale', '3', '--endpoint', 'digits']
  t.match((await here.command(registerScale, argv)).text, /^primary: 2 → 3 instances\n/)
  t.equal(here.fakes.running.length, 3)
  const from = here.rehearsal.calls().length
  t.match((await here.command(registerScale, argv)).text, /^primary already has 3 instances\.$/)
  t.strictSame(here.changes(from), [])
})

t.test('scale --min --max sets the bounds of what scales by itself', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one'], { autoscaling: AUTOSCALING }))
  const { text } = await here.command(registerScale, ['scale', '--max', '9', '--endpoint', 'digits'])
  t.match(text, /^primary: 2–4 → 2–9 instances\n/)
  t.match((await readScaling(here.clients, 'digits', [{ VariantName: 'primary' }])).targets, [
    { MinCapacity: 2, MaxCapacity: 9 },
  ])
  const outside = await here.command(registerScale, ['scale', '12', '--endpoint', 'digits'])
  t.match(outside.error, {
    message: /Autoscaling \(2 to 9 instances\) would override this count/,
    fix: /--min N --max N/,
    exitCode: 2,
  })
  const wrong = await here.command(registerScale, ['scale', '--min', '10', '--endpoint', 'digits'])
  t.match(wrong.error, { message: '--min 10 is above --max 9', exitCode: 2 })
})

t.test('what makes no sense is refused before anything is sent', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one', 'two']))
  const from = here.rehearsal.calls().length
  const run = async (...words: string[]) =>
    (await here.command(registerScale, ['scale', ...words, '--endpoint', 'digits'])).error
  t.match(await run(), { message: /either a count, or/, exitCode: 2 })
  t.match(await run('2', '--min', '1'), { message: /either a count, or/, exitCode: 2 })
  t.match(await run('many'), { message: /number of instances, not "many"/, exitCode: 2 })
  t.match(await run('2'), { message: /several variants/, fix: '--variant primary|challenger', exitCode: 2 })
  t.match(await run('2', '--variant', 'other'), { message: /no variant other/, exitCode: 2 })
  t.match(await run('--max', '3'), { message: /does not scale by itself/, exitCode: 2 })
  t.strictSame(here.changes(from), [])
})

t.test('scale --dry-run checks all the same, and changes nothing', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one'], { autoscaling: AUTOSCALING }))
  const from = here.rehearsal.calls().length
  const run = (...words: string[]) =>
    here.command(registerScale, ['scale', ...words, '--dry-run', '--endpoint', 'digits'])
  t.equal((await run('3')).text, 'primary: 2 → 3 instances')
  t.equal((await run('--max', '9')).text, 'primary: 2–4 → 2–9 instances')
  t.match((await run('12')).error, { exitCode: 2 })
  t.match((await run('--min', '10')).error, { exitCode: 2 })
  t.strictSame(here.changes(from), [])
})
