/** A device is one row: nothing else in src/ names one. */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { DEVICE_NAMES, DEVICES, deviceRow, FALLBACK_DEVICE } from '../../src/protocol/devices.ts'
import { SETTINGS } from '../../src/server/config/settings.ts'
import { layOut, MOST_WORKERS } from '../../src/server/machine/layout.ts'
import { resolvePackage } from '../../src/worker/engine/execution-provider.ts'
import { sessionOptions } from '../../src/worker/engine/session.ts'

const SRC = fileURLToPath(new URL('../../src/', import.meta.url))

/** Where the word is another's: a cgroup's controller, and where a tensor's data lies. */
const OTHERS = [/cgroupFolders\(root, 'cpu'\)/g, /location: 'cpu'/g]

t.test('No other file of src/ names a device, its packages or its libraries', async (t) => {
  const names = DEVICE_NAMES.flatMap((device) => {
    const { packages, libraries } = deviceRow(device)
    return [device, ...packages, ...libraries]
  })
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  t.ok(files.length > 50)
  for (const file of files) {
    if (file === 'protocol/devices.ts') continue
    const code = OTHERS.reduce((text, other) => text.replace(other, ''), readFileSync(SRC + file, 'utf8'))
      // Types of ONNX Runtime are the same for all devices.
      .replace(/^import type .*$/gm, '')
      .replace(/typeof import\('onnxruntime-node'\)/g, '')
    for (const name of new Set(names)) t.notOk(code.includes(`'${name}'`), `${file} does not name ${name}`)
  }
})

t.test('All else follows from the row', async (t) => {
  const budget = { cpus: 64, limitedBy: 'machine' } as const
  t.strictSame(SETTINGS.device.values, ['auto', ...DEVICE_NAMES])
  t.equal(DEVICE_NAMES[0], FALLBACK_DEVICE)
  for (const device of DEVICE_NAMES) {
    const { workers, arena } = DEVICES[device]
    t.equal(
      layOut(budget, device, { workers: 'auto', threads: 'auto' }).workers,
      workers === 'for each CPU' ? MOST_WORKERS : workers,
    )
    t.match(sessionOptions(device, 1), { executionProviders: [device], enableCpuMemArena: arena })
    t.match(resolvePackage(device), /onnxruntime-node/)
  }
})
