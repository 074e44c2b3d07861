import { writeFileSync } from 'node:fs'
import { type Context, DRY_RUN_OPTION, EXIT, Exit, type Register, usageError } from '../cli/command.ts'
import { parseDuration, parsePercent } from '../config/units.ts'
import { size as inBytes } from '../init/model-facts.ts'
import { type Choice, type Chosen, choose } from '../size/choose.ts'
import { formatSized, rateOf } from '../size/format.ts'
import type { Wanted } from '../size/recommend.ts'
import { runSize } from '../size/run.ts'
import { ENDPOINT_OPTION } from './open.ts'

type Options = Choice & {
  p99: string
  errors: string
  rate?: string
  utilisation: string
  instance?: string
  step?: string
  maxRate?: string
  maxTime: string
  maxRequests: string
  plot?: string
  yes: boolean
}

const durationOf = (flag: string, text: string): number => {
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0) return ms
  throw usageError(`${flag}: expected a duration such as 200ms, 10s or 5m, received "${text}"`)
}

const shareOf = (flag: string, text: string): number => {
  const percent = parsePercent(text)
  if (percent !== undefined && percent > 0 && percent < 100) return percent / 100
  throw usageError(`${flag}: expected a percentage between 0% and 100%, received "${text}"`)
}

const numberOf = (flag: string, text: string): number => {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number) && number > 0) return number
  throw usageError(`${flag}: expected a number above 0, received "${text}"`)
}

/** A reply is waited for a while after it is late: that a connection hangs up is no relief to a server. */
const patienceOf = (p99Ms: number): number => Math.max(5_000, 5 * p99Ms)

/** Queues fill and empty in many times the latency at which they are held: a step must see that. */
const defaultStep = (p99Ms: number): number => Math.max(10, (50 * p99Ms) / 1000)

/** So long is a load test as a rule, in the length of a step. */
const USUAL_STEPS = 15

/** What it will do, before it does. */
const announcement = (
  { what, bodies, foreign }: Chosen,
  { seconds, mostMs, mostRequests }: { seconds: number; mostMs: number; mostRequests: number },
): string => {
  const most = Math.max(...bodies.map(({ bytes }) => bytes.length))
  const usual = Math.min(mostMs, USUAL_STEPS * seconds * 1000)
  return [
    `Puts ${what} under load, up to more than it holds: about ${Math.ceil(usual / 60_000)} min, at most ${(mostMs / 60_000).toFixed(1).replace(/\.0$/, '')} (--max-time);`,
    `as many requests as it holds in that time, at most ${mostRequests.toLocaleString('en')} (--max-requests); ${bodies.length} ${bodies.length === 1 ? 'body' : 'bodies'} of up to ${inBytes(most)}.`,
    ...(foreign
      ? [
          `Whoever else uses it waits meanwhile. It costs what its requests cost: up to ${inBytes(most * mostRequests)} sent, instances that autoscaling adds; serverless and Lambda by each request.`,
        ]
      : []),
  ].join('\n')
}

const collect = (value: string, before: string[]): string[] => [...before, value]

export const registerSize: Register = (program, context: Context) => {
  program
    .command('size')
    .description(
      'Load test: the highest rate that holds a p99, and the instances, their number and autoscaling that follow.',
    )
    .option(...ENDPOINT_OPTION)
    .option('--url <URL>', 'anything that answers POST /invocations')
    .option('--model <DIR>', 'a model folder, which is served here meanwhile')
    .option('--variant <NAME>', 'one variant of the endpoint')
    .option(
      '--body <FILE>',
      'what is sent; several in turn. Else the smoke tests, or the example of the model',
      collect,
      [],
    )
    .option('--content-type <TYPE>', "of all bodies; else by the file's extension")
    .option('--accept <TYPE>', 'the type of answer that is wanted')
    .option('--p99 <TIME>', 'of a hundred requests 99 are to be answered by then', '200ms')
    .option('--errors <SHARE>', 'no rate is held with more errors than this', '0.5%')
    .option('--rate <N>', 'requests a second at the peak, for which instances are counted')
    .option('--utilisation <SHARE>', 'how much of what an instance holds is used', '70%')
    .option('--instance <TYPE>', 'the type that is wanted, in place of the one that is measured')
    .option(
      '--step <TIME>',
      'how long a rate is measured at least; else 10s, or 50 times --p99 if that is longer',
    )
    .option('--max-rate <N>', 'tries no more requests a second')
    .option('--max-time <TIME>', 'ends by then', '10m')
    .option('--max-requests <N>', 'sends no more', '200000')
    .option('--plot <FILE>', 'writes latency against rate as SVG')
    .option('-y, --yes', 'puts an endpoint under load without asking', false)
    .option(...DRY_RUN_OPTION)
    .addHelpText(
      'after',
      '\nExamples: onnx-serving-endpoint size --model ./model --p99 100ms --rate 500\n          onnx-serving-endpoint size -e staging --yes --plot size.svg',
    )
    .action(async (options: Options) => {
      const output = context.output()
      const p99Ms = durationOf('--p99', options.p99)
      const limits = { p99Ms, errorShare: shareOf('--errors', options.errors) }
      const seconds =
        options.step === undefined ? defaultStep(p99Ms) : durationOf('--step', options.step) / 1000
      const bounds = {
        mostMs: durationOf('--max-time', options.maxTime),
        mostRequests: numberOf('--max-requests', options.maxRequests),
      }
      const mostPerSecond =
        options.maxRate === undefined ? Number.POSITIVE_INFINITY : numberOf('--max-rate', options.maxRate)
      const chosen = await choose(context, options, patienceOf(p99Ms))
      const wanted: Wanted = {
        utilisation: shareOf('--utilisation', options.utilisation),
        region: chosen.region,
        ...(options.rate !== undefined && { rate: numberOf('--rate', options.rate) }),
        ...(options.instance !== undefined && { type: options.instance }),
      }
      for (const warning of chosen.warnings) output.warn(warning)
      const text = announcement(chosen, { seconds, ...bounds })
      if (context.options().dryRun) {
        output.result({ target: chosen.what, bodies: chosen.bodies.map(({ name }) => name), ...bounds }, text)
        return
      }
      output.step(text)
      if (chosen.foreign && !options.yes)
        throw usageError(
          'size puts an endpoint under more load than it holds',
          'add --yes; --dry-run sends nothing',
        )
      const { target, close } = await chosen.open()
      try {
        const sized = await runSize(target, {
          limits,
          bounds,
          seconds,
          mostPerSecond,
          wanted,
          signal: context.signal,
          onProgress: output.progress,
          onPoint: ({ perSecond, p50Ms, p99Ms, verdict }) =>
            output.step(
              `${rateOf(perSecond)}/s: p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, ${verdict}`,
            ),
        })
        if (options.plot !== undefined && sized.points.length > 0) {
          const { plotPoints } = await import('../size/plot.ts')
          writeFileSync(
            options.plot,
            plotPoints(sized.points, { title: sized.target, limitMs: p99Ms, rate: sized.rate }),
          )
        }
        output.result(sized, formatSized(sized, wanted))
        if (sized.stopped === 'interrupted') throw new Exit(EXIT.interrupted)
        if (sized.rate === undefined || sized.limit === 'generator' || sized.changed !== undefined)
          throw new Exit(EXIT.failed)
      } finally {
        await close()
      }
    })
}
