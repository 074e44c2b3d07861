import t from 'tap'
import { Quarantine } from '../../src/scheduling/quarantine.ts'
import { workOf } from './fakes.ts'

t.test('The same bytes with the same media type are known again, others are not', async (t) => {
  const quarantine = new Quarantine()
  t.equal(quarantine.has(workOf('a')), false)
  quarantine.add(workOf('a'))
  t.equal(quarantine.has(workOf('a')), true)
  t.equal(quarantine.has(workOf('b')), false)
  t.equal(quarantine.has({ ...workOf('a'), contentType: 'text/csv' }), false)
})

t.test('A thousand are remembered, the oldest is forgotten first', async (t) => {
  const quarantine = new Quarantine()
  for (let i = 0; i <= 1000; i += 1) quarantine.add(workOf(`${i}`))
  t.equal(quarantine.has(workOf('0')), false)
  t.equal(quarantine.has(workOf('1')), true)
  t.equal(quarantine.has(workOf('1000')), true)
})
