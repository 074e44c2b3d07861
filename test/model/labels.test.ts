import { symlinkSync } from 'node:fs'
import t from 'tap'
import { findLabels } from '../../src/model/found-labels.ts'
import { parseJsonLabels, parseLabels, readLabels } from '../../src/model/labels.ts'
import type { TensorSpec } from '../../src/model/signature.ts'

t.test('reads one name a line, with either line end, with or without one after the last', async (t) => {
  for (const text of ['cat\nbig dog\n', 'cat\r\nbig dog\r\n', 'cat\nbig dog', '\uFEFFcat \nbig dog\n']) {
    t.same(parseLabels(text, 'l.txt'), ['cat', 'big dog'])
  }
})

t.test('a line of nothing but blanks is a name: dictionaries of characters have the space', async (t) => {
  for (const end of ['\n', '\r\n'])
    t.same(parseLabels(['a', '\u3000', ' ', 'b', ''].join(end), 'l.txt'), ['a', '\u3000', ' ', 'b'])
  t.same(parseLabels('a\n ', 'l.txt'), ['a', ' '])
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

t.test('reads JSON: a list, names by index, and TorchServe’s pairs', async (t) => {
  for (const text of [
    '["cat", "dog"]',
    '\uFEFF{"0": "cat", "1": "dog"}',
    '{"1": "dog", "0": "cat"}',
    '{"0": ["n02123045", "cat"], "1": ["n02084071", "dog"]}',
  ])
    t.strictSame(parseJsonLabels(text.replace('\uFEFF', ''), 'l.json'), ['cat', 'dog'], text)
  t.strictSame(parseJsonLabels('[7, 8]', 'l.json'), ['7', '8'])
})

t.test('refuses JSON that names no classes, and says where', async (t) => {
  const cases: [string, RegExp][] = [
    ['{"0": "cat"', /l\.json is not JSON: /],
    ['3', /expected a list of names or an object like \{"0": "cat"\}, found 3/],
    ['{}', /l\.json is empty/],
    ['{"cat": 0, "dog": 1}', /expected the keys "0" to "1", each once, found "cat"/],
    ['{"1": "a", "2": "b"}', /expected the keys "0" to "1", each once, found "2"/],
    ['{"0": "a", "00": "b"}', /each once, found "00"/],
    ['["a", null]', /expected a name for class 1, found null/],
    ['["a", ""]', /expected a name for class 1, found the string ""/],
    ['{"0": []}', /expected a name for class 0, found nothing/],
    ['[["n1", "a"]]', /expected a name for class 0, found a list of 2/],
  ]
  for (const [text, words] of cases) t.throws(() => parseJsonLabels(text, 'l.json'), words, text)
})

t.test(
  'of the files that usually hold labels the first that fits is taken; the others are warned of',
  async (t) => {
    const spec: TensorSpec = { name: 'y', type: 'float32', dims: ['N', 2] }
    const find = (files: Record<string, string>, classes: number | undefined = 2) =>
      findLabels(t.testdir(files), spec, classes)
    t.strictSame(find({}), { warnings: [] })
    t.strictSame(find({ 'labels.txt': 'cat\ndog\n' }), { labels: ['cat', 'dog'], warnings: [] })
    t.strictSame(find({ 'labels.json': '["cat", "dog"]' }).labels, ['cat', 'dog'])
    t.strictSame(find({ 'index_to_name.json': '{"0": "cat", "1": "dog"}' }).labels, ['cat', 'dog'])
    t.strictSame(find({ 'labels.txt': 'cat\n', 'labels.json': '["a", "b"]' }).labels, ['a', 'b'])
    t.match(find({ 'labels.txt': 'cat\n', 'labels.json': '{' }).warnings, [
      /^labels\.txt is ignored: it has 1 names, and output y float32\[N,2\] has 2 classes\. Correct or rename it/,
      /^labels\.json is ignored: labels\.json is not JSON/,
    ])
    const unknown = findLabels(t.testdir({ 'labels.txt': 'cat\n' }), spec, undefined)
    t.match(unknown.warnings, [/^labels\.txt is ignored: output y float32\[N,2\] has no classes/])
    const outside = t.testdir({ model: {}, 'secret.txt': 'cat\ndog\n' })
    symlinkSync('../secret.txt', `${outside}/model/labels.txt`)
    symlinkSync('labels.json', `${outside}/model/labels.json`)
    t.match(findLabels(`${outside}/model`, spec, 2), {
      warnings: [
        /^labels\.txt is ignored: labels\.txt leads out of the model folder/,
        /^labels\.json is ignored/,
      ],
    })
  },
)

t.test('a pointer of git-LFS is no list of names', async (t) => {
  const folder = t.testdir({ 'labels.txt': 'version https://git-lfs.github.com/spec/v1\nsize 3\n' })
  t.throws(() => readLabels(`${folder}/labels.txt`, 'labels.txt'), /is a git-LFS pointer.*git lfs pull/)
})
