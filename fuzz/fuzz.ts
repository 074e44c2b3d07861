/**
 * Sends random requests, most of them nearly right, to real servers with models of every kind, and counts what should not be.
 *
 *   npm run fuzz -- --seconds 60 --seed 7
 *   npm run fuzz -- --cases 20000 --front nginx
 *   npm run fuzz -- --replay fuzz/found/FILE.json
 */

import { Command, InvalidArgumentError } from 'commander'
import { readFaultFile } from './lib/fault-file.ts'
import { startFuzz } from './lib/fuzz.ts'
import { temporaryFolder } from './lib/model-folder.ts'
import { type Front, startTarget, stopTarget } from './lib/server.ts'
import { SUBJECTS } from './lib/subjects.ts'
import { closingLine, countsByStatus, isClean } from './lib/tally.ts'
import { sendAlone } from './lib/turn.ts'

const PROGRESS_MS = 5000

const number = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number')
  return Number(text)
}

const front = (text: string): Front => {
  if (text !== 'none' && text !== 'nginx') throw new InvalidArgumentError('expected none or nginx')
  return text
}

const program = new Command('npm run fuzz --')
  .description(
    'Sends random requests to real servers and counts what should not be. Exit code 0 if there was nothing.',
  )
  .option(
    '--seconds <n>',
    'starts no case after so many seconds; 60 where --cases is not given either',
    number,
  )
  .option('--cases <n>', 'ends after so many cases', number)
  .option('--seed <n>', 'the same seed makes the same requests', number, 1)
  .option('--front <front>', 'what accepts connections: none or nginx', front, 'none')
  .option('--model <name...>', `some of the models: ${SUBJECTS.map(({ name }) => name).join(', ')}`)
  .option('--out <folder>', 'where what is found is written', 'fuzz/found')
  .option('--replay <file...>', 'sends what is in such files, each to a fresh server, and nothing else')
  .parse()

type Options = {
  seconds?: number
  cases?: number
  seed: number
  front: Front
  model?: string[]
  out: string
  replay?: string[]
}

const options = program.opts<Options>()

const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

/** @returns the number of files whose fault is still there */
const replay = async (files: readonly string[]): Promise<number> => {
  const root = temporaryFolder()
  let bad = 0
  for (const file of files) {
    const { sent, front: stored } = readFaultFile(file)
    const subject = SUBJECTS.find(({ name }) => name === sent.model)
    if (subject === undefined) throw new Error(`${file}: there is no model ${sent.model}`)
    const target = await startTarget(sent.model, subject.folder(root), { front: stored })
    const faults = await sendAlone(target, sent)
    await stopTarget(target)
    if (faults.length > 0) bad += 1
    process.stdout.write(
      `${file}: ${faults.map(({ kind, what }) => `${kind}: ${what}`).join('; ') || 'nothing wrong'}\n`,
    )
  }
  return bad
}

if (options.replay !== undefined) process.exit((await replay(options.replay)) > 0 ? 1 : 0)

const fuzz = startFuzz(
  {
    seed: options.seed,
    front: options.front,
    cases: options.cases ?? Number.POSITIVE_INFINITY,
    seconds: options.seconds ?? (options.cases === undefined ? 60 : Number.POSITIVE_INFINITY),
    folder: options.out,
    models: options.model ?? [],
  },
  {
    found: ({ sent, faults }, file) =>
      say(
        `${sent.model}, ${sent.what}: ${faults.map(({ kind, what }) => `${kind}: ${what}`).join('; ')}\n  ${file}`,
      ),
    note: say,
  },
)
process.once('SIGINT', () => {
  say('stopping')
  fuzz.stop()
})
const progress = setInterval(() => {
  if (process.stderr.isTTY) say(closingLine(fuzz.tally))
}, PROGRESS_MS)
await fuzz.done
clearInterval(progress)
process.stdout.write(`${countsByStatus(fuzz.tally)}\n${closingLine(fuzz.tally)}\n`)
process.exit(isClean(fuzz.tally) ? 0 : 1)
