import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'

const missingTools = ['gcc', 'readelf'].filter((tool) => spawnSync(tool, ['--version']).status !== 0)
const skip = missingTools.length === 0 ? false : `not installed here: ${missingTools.join(', ')}`

const PROVIDER = 'libonnxruntime_providers_cuda.so'
const SHARED = 'libonnxruntime_providers_shared.so'

/** Compiles an empty library that is linked to others, which are made too. */
const makeLibrary = (folder: string, name: string, needs: string[] = []): void => {
  for (const need of needs) makeLibrary(folder, need)
  const source = join(folder, 'empty.c')
  writeFileSync(source, '')
  const linked = needs.map((need) => join(folder, need))
  execFileSync('gcc', [
    ...[
      '-shared',
      '-nostdlib',
      '-Wl,--no-as-needed',
      `-Wl,-soname,${name}`,
      '-o',
      join(folder, name),
      source,
    ],
    ...linked,
  ])
}

/** A folder with a provider that needs `needs`, of which `absent` are taken away again. */
const check = (
  t: Test,
  needs: string[] | undefined,
  absent: string[] = [],
  args: string[] = ['12'],
  path = '',
) => {
  const folder = mkdtempSync(join(tmpdir(), 'cuda-provider-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  if (needs !== undefined) {
    makeLibrary(folder, SHARED)
    makeLibrary(folder, PROVIDER, needs)
  }
  for (const name of absent) rmSync(join(folder, name))
  return spawnSync('scripts/check-cuda-provider.sh', [folder, ...args], {
    encoding: 'utf8',
    env: { ...process.env, LD_LIBRARY_PATH: `${folder}:${path}` },
  })
}

const CUDA_12 = ['libcudart.so.12', 'libcublas.so.12', 'libcudnn.so.9', 'libcuda.so.1']

t.test('a provider for CUDA 12 with all its libraries passes', { skip }, async (t) => {
  const { status, stdout, stderr } = check(t, CUDA_12)
  t.equal(status, 0, stderr)
  t.match(stdout, 'linked to libcudart.so.12')
})

t.test('only the driver may be missing', { skip }, async (t) => {
  t.equal(check(t, CUDA_12, ['libcuda.so.1']).status, 0)
  const { status, stderr } = check(t, CUDA_12, ['libcuda.so.1', 'libcudnn.so.9', 'libcublas.so.12'])
  t.equal(status, 1)
  t.match(stderr, /libraries that it needs are not here: libcublas\.so\.12 libcudnn\.so\.9 \n/)
})

t.test('a provider for CUDA 13 is refused, and both versions are named', { skip }, async (t) => {
  const { status, stderr } = check(t, ['libcudart.so.13', 'libcudnn.so.9'])
  t.equal(status, 1)
  t.match(stderr, /linked to libcudart\.so\.13, not to libcudart\.so\.12/)
})

t.test('the major version can be chosen', { skip }, async (t) => {
  t.equal(check(t, ['libcudart.so.13'], [], ['13']).status, 0)
})

t.test('a library that the provider opens is held against what that needs', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cuda-library-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  makeLibrary(folder, 'libcudnn_ops.so.9', ['libz-of-nowhere.so.1'])
  const library = join(folder, 'libcudnn_ops.so.9')
  t.equal(check(t, CUDA_12, [], ['12', library], folder).status, 0)
  rmSync(join(folder, 'libz-of-nowhere.so.1'))
  t.match(check(t, CUDA_12, [], ['12', library], folder), {
    status: 1,
    stderr: /not here: libz-of-nowhere\.so\.1 /,
  })
})

t.test('a provider that is not linked to CUDA is refused', { skip }, async (t) => {
  t.match(check(t, ['libsomething.so.1']), {
    status: 1,
    stderr: /not linked to libcudart: libsomething\.so\.1/,
  })
})

t.test('a provider that was not fetched is named', async (t) => {
  t.match(check(t, undefined), { status: 1, stderr: new RegExp(`${SHARED} is missing`) })
})

t.test('the image for CUDA 13 has the version of ONNX Runtime that package.json has', async (t) => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  t.match(
    readFileSync('scripts/cuda/13.txt', 'utf8'),
    `\nonnxruntime-gpu==${dependencies['onnxruntime-node']} --hash=sha256:`,
  )
})
