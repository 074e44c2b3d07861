/** What a JPEG costs on its way to a tensor, beside C: libjpeg-turbo's decoder and Pillow's resizing. Needs Python with Pillow. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { type Figure, progress, runAlone } from './lib/figure.ts'
import { LOADER, ROOT } from './lib/server.ts'
import { interleave, ratios, spread } from './lib/stats.ts'
import { photos } from './models/photos.ts'

const ROUNDS = 7
const TIMES = '150'

/** `BENCH_PYTHON` is another than the first on the PATH. */
const PYTHON = process.env.BENCH_PYTHON ?? 'python3'

const run = (command: string, args: readonly string[]): number =>
  Number(execFileSync(command, args, { cwd: ROOT, encoding: 'utf8' }))

/** CPUs of this machine that are used: as many as every machine has that this is run on. */
const CPUS = 2

type Load = { cores: number; cpu: number; own: number }

/** As dist/ is bundled, since there are no threads where tsx runs the sources. @returns the program */
const bundle = async (): Promise<string> => {
  const outdir = join(ROOT, 'benchmark/.models/image-cores')
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      'image-cores': 'benchmark/programs/image-cores.ts',
      'worker/image/thread': 'src/worker/image/thread.ts',
    },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    external: ['sharp'],
    banner: {
      js: `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`,
    },
  })
  return join(outdir, 'image-cores.js')
}

const loadOf = (program: string, file: string): Load => {
  const command = [process.execPath, program, file, '600', String(CPUS)]
  return JSON.parse(
    execFileSync('taskset', ['-c', `0-${CPUS - 1}`, ...command], { cwd: ROOT, encoding: 'utf8' }),
  )
}

export const measure = async (): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'images-'))
  try {
    const file = join(folder, 'photo.jpg')
    writeFileSync(file, (await photos())['640x480.jpg'] as Uint8Array)
    progress('images: CPU of a JPEG of 640 × 480 to a tensor')
    const times = await interleave(ROUNDS, {
      ours: async () => run(process.execPath, [...LOADER, 'benchmark/programs/image-cpu.ts', file, TIMES]),
      c: async () => run(PYTHON, ['benchmark/programs/image-cpu.py', file, TIMES]),
    })
    progress('images: CPUs that one worker keeps busy')
    const program = await bundle()
    const loads: Load[] = []
    const cores = await interleave(ROUNDS, {
      busy: async () => {
        const load = loadOf(program, file)
        loads.push(load)
        return load.cores
      },
    })
    // The first is not counted, as in all figures.
    const counted = loads.slice(1)
    const [own, all] = [spread(counted.map((load) => load.own)), spread(counted.map((load) => load.cpu))]
    const [ours, c] = [spread(times.ours).median, spread(times.c).median]
    return [
      {
        row: 'i1',
        what: 'JPEG 640 × 480 → tensor 224 × 224: CPU ÷ that of libjpeg-turbo’s decoder and Pillow’s resizing',
        goal: { most: 1.2 },
        unit: '',
        value: spread(ratios(times.ours, times.c)),
        note: `${ours.toFixed(2)} ÷ ${c.toFixed(2)} ms; ours normalises too`,
      },
      {
        row: 'i2a',
        what: `the same JPEGs, 32 at once, one worker with ${CPUS} CPUs: CPUs kept busy ÷ CPUs`,
        goal: { least: 0.95 },
        unit: '',
        value: spread(cores.busy.map((busy) => busy / CPUS)),
        note: `${all.median.toFixed(2)} ms of CPU an image`,
      },
      {
        row: 'i2b',
        what: 'CPUs that one worker could keep busy with them before its own thread is the limit',
        goal: { least: 8 },
        unit: '',
        value: spread(counted.map((load) => load.cpu / load.own)),
        note: `${own.median.toFixed(2)} ms of its own thread’s CPU an image; computed, not seen, on a machine of few CPUs; two workers on 16 CPUs are the goal`,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await runAlone(import.meta.url, measure)
