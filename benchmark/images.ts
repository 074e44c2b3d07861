/** What a JPEG costs on its way to a tensor, beside C: libjpeg-turbo's decoder and Pillow's resizing. Needs Python with Pillow. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await runAlone(import.meta.url, measure)
