import t from 'tap'
import { parseLabels } from '../../src/model/labels.ts'

t.test('reads one name a line, with either line end, with or without one after the last', async (t) => {
  for (const text of ['cat\nbig dog\n', 'cat\r\nbig dog\r\n', 'cat\nbig dog', '\uFEFFcat \nbig dog\n']) {
    t.same(parseLabels(text, 'l.txt'), ['cat', 'big dog'])
  }
})

t.test('refuses an empty line, which would shift the names after it', async (t) => {
  t.throws(() => parseLabels('cat\n\ndog\n', 'l.txt'), {
    name: 'StartupError',
    message: 'labels: line 2 of l.txt is empty; expected a name',
  })
})

t.test('refuses an empty file', async (t) => {
  t.throws(() => parseLabels('', 'l.txt'), { message: /l\.txt is empty/ })
})
