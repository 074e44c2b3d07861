import t from 'tap'
import { combine, failed, notChecked, ok, warning } from '../../../scripts/doctor/finding.ts'

t.test('of several findings the worst are told, each once', async (t) => {
  t.same(combine([ok('a'), ok('b'), ok('a')]), { status: 'ok', detail: 'a; b' })
  t.same(combine([ok('a'), notChecked('b')]), { status: 'not checked', detail: 'b' })
  t.same(combine([warning('a', 'x'), notChecked('b')]), { status: 'warning', detail: 'a', fix: 'x' })
  t.same(combine([failed('a', 'x'), warning('w', 'y'), failed('b', 'x')]), {
    status: 'failed',
    detail: 'a; b',
    fix: 'x',
  })
})
