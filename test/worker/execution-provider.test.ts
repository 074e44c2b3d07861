import { pathToFileURL } from 'node:url'
import t from 'tap'
import { findProblem, resolvePackage } from '../../src/worker/execution-provider.ts'

const stub = (name: string) => ({
  'package.json': JSON.stringify({ name, main: 'dist/index.js' }),
  dist: { 'index.js': '' },
})

t.test('a package called onnxruntime-node-gpu is preferred for cuda, and only for it', async (t) => {
  const both = t.testdir({
    node_modules: {
      'onnxruntime-node': stub('onnxruntime-node'),
      'onnxruntime-node-gpu': stub('onnxruntime-node-gpu'),
    },
  })
  const from = pathToFileURL(`${both}/worker.js`).href
  t.match(resolvePackage('cuda', from), /\/onnxruntime-node-gpu\/dist\/index\.js$/)
  t.match(resolvePackage('cpu', from), /\/onnxruntime-node\/dist\/index\.js$/)
})

t.test('without it, onnxruntime-node serves cuda too', async (t) => {
  t.match(resolvePackage('cuda'), /\/onnxruntime-node\/dist\//)
})

t.test('the cpu needs no library besides; cuda names the one that is missing', async (t) => {
  t.equal(findProblem('cpu'), undefined)
  t.match(findProblem('cuda'), /libonnxruntime_providers_cuda\.so is missing/)
})

t.test('libraries that the provider itself needs are named', async (t) => {
  const { platform, arch } = process
  const libraries = {
    'libonnxruntime_providers_cuda.so': '',
    'libonnxruntime_providers_shared.so': '',
  }
  const folder = t.testdir({
    dist: { 'index.js': '' },
    bin: { 'napi-v6': { [platform]: { [arch]: libraries } } },
  })
  // Files that are no libraries: the linker has nothing to say against them.
  t.equal(findProblem('cuda', `${folder}/dist/index.js`), undefined)
  const empty = t.testdir({ dist: { 'index.js': '' }, bin: {} })
  t.match(findProblem('cuda', `${empty}/dist/index.js`), /has no libraries for/)
})
