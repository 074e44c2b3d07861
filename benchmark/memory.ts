/** Does memory grow with the requests served, and is a model's weight paid for once or by each worker? */

import { type Figure, progress, runAlone } from './lib/figure.ts'
import { capture, throughput } from './lib/load.ts'
import { imageTensorPayload, modelFolders } from './lib/payloads.ts'
import { family, proportionalBytes, ROOT, type Running, residentBytes, startServer } from './lib/server.ts'
import { spread } from './lib/stats.ts'

const MB = 2 ** 20

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

const growth = async (folder: string): Promise<Figure> => {
  progress('memory: mixed requests')
  const server = await startServer(folder)
  const send = (requests: number) => capture(['benchmark/programs/mixed.ts', server.url, String(requests)])
  const resident = () => sum(family(server.pid).map(residentBytes))
  await send(10_000)
  const early = resident()
  await send(90_000)
  const late = resident()
  await server.stop()
  const ratio = late / early
  return {
    row: '8',
    what: 'resident set of all processes after 10⁵ mixed requests ÷ after 10⁴, tabular model',
    goal: { most: 1.05 },
    unit: '',
    value: { median: ratio, least: ratio, most: ratio },
    note: `${(late / MB).toFixed(0)} ÷ ${(early / MB).toFixed(0)} MB: good and bad JSON, CSV, NPY of 1 to 200 rows`,
  }
}

/** What the workers of a running server take. */
const workersBytes = async (server: Running): Promise<number> =>
  sum(family(server.pid).slice(1).map(proportionalBytes))

/** What so many workers take for the model: less what they take for a model of no size, which is Node's and the libraries'. */
const modelBytes = async (folder: string, workers: number): Promise<number> => {
  const args = ['--workers', String(workers)]
  const large = await startServer(folder, args)
  await throughput(large.url, imageTensorPayload, { connections: 4 * workers, seconds: 3 })
  const tiny = await startServer(`${ROOT}test/fixtures/models/add-one`, args)
  await throughput(
    tiny.url,
    { body: '[[1,2,3]]', contentType: 'application/json' },
    { connections: 4 * workers, seconds: 1 },
  )
  const bytes = (await workersBytes(large)) - (await workersBytes(tiny))
  await large.stop()
  await tiny.stop()
  return bytes
}

const sharing = async (folder: string): Promise<Figure> => {
  progress('memory: four workers and one')
  const [one, four]: [number[], number[]] = [[], []]
  for (let round = 0; round < 3; round += 1) {
    one.push(await modelBytes(folder, 1))
    four.push(await modelBytes(folder, 4))
  }
  return {
    row: '10',
    what: "four workers' memory for a model of 102 MB ÷ one worker's (PSS, without what a model of no size takes)",
    goal: { most: 1.5 },
    unit: '',
    value: spread(four.map((bytes, index) => bytes / (one[index] ?? Number.NaN))),
    note: `${(spread(four).median / MB).toFixed(0)} ÷ ${(spread(one).median / MB).toFixed(0)} MB`,
  }
}

export const measure = async (): Promise<Figure[]> => {
  const { tabular, resnet50 } = await modelFolders()
  return [await growth(tabular), await sharing(resnet50)]
}

await runAlone(import.meta.url, measure)
