/** What part of ONNX Runtime's own throughput is served, through nginx, saturated? ResNet-50. */

import { availableParallelism } from 'node:os'
import { type Figure, progress, runAlone } from './lib/figure.ts'
import { load, rawThroughput, throughput } from './lib/load.ts'
import { imageTensorPayload, jpegPayload, modelFolders } from './lib/payloads.ts'
import { LOADER, start, startServer } from './lib/server.ts'
import { interleave, quantile, ratios, spread } from './lib/stats.ts'
import { DEFAULT_DIRECTORY, ensurePhotos } from './models.ts'

const ROUNDS = 5
const SECONDS = 3

export const measure = async (): Promise<Figure[]> => {
  const { resnet50 } = await modelFolders()
  const { large } = await ensurePhotos(DEFAULT_DIRECTORY)
  const cores = availableParallelism()
  const [tensor, jpeg] = [imageTensorPayload, await jpegPayload()]
  const server = await startServer(resnet50, ['--front', 'nginx'])
  // Longer than the raw runs: what is under way at the end is not counted.
  const offered = { connections: 4 * cores, seconds: 2 * SECONDS }
  const echo = await start(process.execPath, [...LOADER, 'benchmark/programs/echo-route.ts'])
  const generator: number[] = []
  let rate = 1
  /** What is left to ONNX Runtime beside a route that sends as many such bodies to another process and back. */
  const rawBesideEcho = async (): Promise<number> => {
    // Two seconds more than the run itself, which begins when its processes have loaded the model.
    const bodies = load(echo.url, tensor, { ...offered, seconds: SECONDS + 2, perSecond: rate })
    const raw = await rawThroughput(resnet50, [cores, 1], SECONDS)
    await bodies
    return raw
  }
  progress('throughput: ResNet-50, served and raw')
  const values = await interleave(ROUNDS, {
    'one thread each': () => rawThroughput(resnet50, [cores, 1], SECONDS),
    'all threads': () => rawThroughput(resnet50, [1, cores], SECONDS),
    served: () =>
      throughput(server.url, tensor, offered, (result) => {
        generator.push(result.generatorSeconds)
        rate = Math.round(result.perSecond)
      }),
    'raw beside an echo': rawBesideEcho,
    'raw JPEG': () => rawThroughput(resnet50, [cores, 1], SECONDS, large),
    'served JPEG': () => throughput(server.url, jpeg, offered),
  })
  await server.stop()
  await echo.stop()
  const median = (name: keyof typeof values) => quantile(values[name], 0.5)
  const best = median('one thread each') >= median('all threads') ? 'one thread each' : 'all threads'
  return [
    {
      row: '1a',
      what: 'served ÷ raw throughput, ResNet-50 through nginx, NPY',
      goal: { least: 0.95 },
      unit: '',
      value: spread(ratios(values.served, values[best])),
      note: `${median('served').toFixed(1)} ÷ ${median(best).toFixed(1)} images/s; raw: ${cores} cores, ${best}; beside a route that only sends as many bodies of 600 KB to another process and back ONNX Runtime alone reaches ${median('raw beside an echo').toFixed(1)}; the load generator takes ${(quantile(generator, 0.5) * 1000).toFixed(1)} ms of CPU for each`,
    },
    {
      row: '1b',
      what: 'the same with JPEG 640×480; raw decodes it with the same code and no server',
      goal: { least: 0.95 },
      unit: '',
      value: spread(ratios(values['served JPEG'], values['raw JPEG'])),
      note: `${median('served JPEG').toFixed(1)} ÷ ${median('raw JPEG').toFixed(1)} images/s`,
    },
  ]
}

await runAlone(import.meta.url, measure)
