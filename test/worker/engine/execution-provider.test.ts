import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { DEVICES } from '../../../src/protocol/devices.ts'
import { findProblem, isInstalled, resolvePackage } from '../../../src/worker/engine/execution-provider.ts'

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

/** A package of the runtime with the provider's libraries; to the dynamic linker they are no libraries at all. */
const provider = (t: Test): { entry: string; libraries: string } => {
  const { platform, arch } = process
  const libraries = {
    'libonnxruntime_providers_cuda.so': '',
    'libonnxruntime_providers_shared.so': '',
  }
  const folder = t.testdir({
    dist: { 'index.js': '' },
    bin: { 'napi-v6': { [platform]: { [arch]: libraries } } },
  })
  return { entry: `${folder}/dist/index.js`, libraries: `${folder}/bin/napi-v6/${platform}/${arch}` }
}

t.test('a package without libraries for this machine is a problem, one with them is none', async (t) => {
  t.equal(findProblem('cuda', provider(t).entry), undefined)
  const empty = t.testdir({ dist: { 'index.js': '' }, bin: {} })
  t.match(findProblem('cuda', `${empty}/dist/index.js`), /has no libraries for/)
})

const skip = process.platform !== 'linux' && 'ldd is Linux’s'
t.test(
  'a library that the provider itself needs and the linker does not find is named',
  { skip },
  async (t) => {
    const { entry, libraries } = provider(t)
    const bin = join(dirname(dirname(resolvePackage('cpu'))), 'bin')
    const binding = readdirSync(bin, { recursive: true, encoding: 'utf8' }).find((file) =>
      file.endsWith(join(process.platform, process.arch, 'onnxruntime_binding.node')),
    )
    // It needs libonnxruntime.so.1 and looks for it beside itself.
    for (const name of readdirSync(libraries)) copyFileSync(join(bin, binding ?? ''), join(libraries, name))
    t.equal(findProblem('cuda', entry), 'the CUDA provider needs libonnxruntime.so.1, not found here')
  },
)

t.test(
  'where only the driver is missing, as in an image for CUDA without a card, the device is missed',
  { skip: skip || (spawnSync('gcc', ['--version']).status !== 0 && 'gcc is not installed here') },
  async (t) => {
    const { entry, libraries } = provider(t)
    t.equal(isInstalled('cuda', entry), true, 'with all that it needs')
    const source = join(libraries, 'empty.c')
    writeFileSync(source, '')
    const make = (name: string, ...needs: string[]) =>
      execFileSync('gcc', [
        ...['-shared', '-nostdlib', '-Wl,--no-as-needed', `-Wl,-soname,${name}`, '-o', join(libraries, name)],
        source,
        ...needs.map((need) => join(libraries, need)),
      ])
    for (const name of [DEVICES.cuda.driver, 'libneeded.so.1']) make(name)
    make('libonnxruntime_providers_cuda.so', DEVICES.cuda.driver)
    rmSync(join(libraries, DEVICES.cuda.driver))
    t.match(findProblem('cuda', entry), /^libcuda\.so\.1, which the driver brings, .*--gpus all/)
    t.equal(isInstalled('cuda', entry), true)
    make('libonnxruntime_providers_shared.so', 'libneeded.so.1')
    rmSync(join(libraries, 'libneeded.so.1'))
    t.match(findProblem('cuda', entry), /needs libcuda\.so\.1, libneeded\.so\.1, not found/)
    t.equal(isInstalled('cuda', entry), false, 'nor is the rest there')
  },
)

t.test('a package without the provider is not missed', async (t) => {
  t.equal(isInstalled('cuda'), false)
})
