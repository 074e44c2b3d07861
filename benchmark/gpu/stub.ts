/** A made-up card: an onnxruntime-node-gpu that takes its time, and an nvidia-smi that says how much memory is free. */

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeModel, type Graph } from '../../test/fixtures/onnx-proto.ts'
import { graphBuilder } from '../models/graph-builder.ts'
import { CARD_RUNS, SESSION_MIB, SHAPE_CHANGE_MS } from './card.ts'

export const STUB_NAME = 'a stub that takes as long as an H100'

/** Written as CommonJS, since workers run it as it is. */
const RUNTIME = fileURLToPath(new URL('stub-runtime.cjs', import.meta.url))

const NVIDIA_SMI = `#!/bin/sh
case "$*" in *name*) echo '${STUB_NAME}'; exit ;; esac
free=$(sed 's/.*"saidMiB":\\([0-9]*\\).*/\\1/' "$STUB_CARD/card.json")
for held in "$STUB_CARD"/memory/*-*; do
  pid=\${held##*/}
  [ -d "/proc/\${pid%-*}" ] && free=$((free - ${SESSION_MIB}))
done
echo "$free"
`

/**
 * @param saidMiB the memory that nvidia-smi says it has
 * @returns the environment in which a server finds the card, whose files are in `folder`
 */
export const stubCard = (
  folder: string,
  memoryMiB = 80_000,
  shapeChangeMs = SHAPE_CHANGE_MS,
  saidMiB = memoryMiB,
): Record<string, string> => {
  const packaged = join(folder, 'node_modules/onnxruntime-node-gpu')
  const libraries = join(packaged, 'bin/napi-v6', process.platform, process.arch)
  for (const path of [libraries, join(packaged, 'dist'), join(folder, 'memory'), join(folder, 'bin')])
    mkdirSync(path, { recursive: true })
  for (const name of ['cuda', 'shared'])
    writeFileSync(join(libraries, `libonnxruntime_providers_${name}.so`), '')
  writeFileSync(
    join(packaged, 'package.json'),
    JSON.stringify({ name: 'onnxruntime-node-gpu', main: 'dist/index.js', type: 'commonjs' }),
  )
  writeFileSync(join(packaged, 'dist/index.js'), `module.exports = require(${JSON.stringify(RUNTIME)})\n`)
  const of = ({ steps = [], card = 1 }: (typeof CARD_RUNS)['bert']) => ({ steps, share: card })
  const card = {
    memoryMiB,
    saidMiB,
    runtime: createRequire(import.meta.url).resolve('onnxruntime-node'),
    sessionMiB: SESSION_MIB,
    shapeChangeMs,
    image: of(CARD_RUNS['resnet50-float32']),
    text: of(CARD_RUNS.bert),
  }
  writeFileSync(join(folder, 'card.json'), JSON.stringify(card))
  writeFileSync(join(folder, 'busy-until'), '0')
  const smi = join(folder, 'bin/nvidia-smi')
  writeFileSync(smi, NVIDIA_SMI)
  chmodSync(smi, 0o755)
  return {
    NODE_PATH: join(folder, 'node_modules'),
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    STUB_CARD: folder,
  }
}

/** Models that take what the real ones take, and give as much; the stub computes nothing of what is between. */
export const stubModel = (kind: 'resnet50' | 'bert'): Uint8Array => {
  const builder = graphBuilder(1)
  const graph = (): Graph => {
    if (kind === 'bert') {
      const value = builder.gemm(builder.apply('Cast', ['input_ids'], { to: 1 }), 128, 768)
      return builder.finish({ input_ids: 'int64[batch,128]' }, value, 'pooled', 'float32[batch,768]')
    }
    const pooled = builder.apply('Flatten', [builder.apply('GlobalAveragePool', ['input'])])
    const value = builder.gemm(pooled, 3, 1000)
    return builder.finish({ input: 'float32[batch,3,224,224]' }, value, 'logits', 'float32[batch,1000]')
  }
  return encodeModel(graph())
}
