/** Latency against rate, with the limit and the rate that was found. */

import * as Plot from '@observablehq/plot'
import { BAD, draw, GOOD, GREY } from '../svg/draw.ts'
import type { Point } from './point.ts'

type Options = { title: string; limitMs: number; rate: number | undefined }

/** SVG. Where most replies are missing there is no latency to draw: such points stand at the upper edge. */
export const plotPoints = (points: readonly Point[], { title, limitMs, rate }: Options): string => {
  const finite = points.flatMap(({ p50Ms, p99Ms }) => [p50Ms, p99Ms]).filter(Number.isFinite)
  const edge = Math.max(limitMs * 2, ...finite) * 1.3
  const least = Math.min(limitMs, ...finite) / 1.5
  const data = [...points]
    .sort((a, b) => a.perSecond - b.perSecond)
    .flatMap((point) => [
      { rate: point.perSecond, ms: Math.min(edge, point.p50Ms), series: 'p50', verdict: point.verdict },
      { rate: point.perSecond, ms: Math.min(edge, point.p99Ms), series: 'p99', verdict: point.verdict },
    ])
  // Of what was measured again, the line goes through the last.
  const last = data.filter(
    ({ rate, series }, at) =>
      !data.slice(at + 1).some((later) => later.rate === rate && later.series === series),
  )
  const bars = points.map((point) => ({
    rate: point.perSecond,
    low: Math.max(least, Math.min(edge, point.p99LowMs)),
    high: Math.min(edge, point.p99HighMs),
  }))
  const color = (series: string) => (series === 'p50' ? GOOD : BAD)
  return `${draw({
    width: 760,
    height: 420,
    marginLeft: 60,
    marginRight: 50,
    marginTop: 50,
    marginBottom: 45,
    x: { type: 'log', label: 'requests a second →', grid: true, nice: true },
    y: { type: 'log', label: '↑ latency, ms', grid: true, domain: [least, edge] },
    marks: [
      Plot.text([title], { frameAnchor: 'top-left', dy: -25, fontWeight: 'bold', text: (d) => d }),
      Plot.ruleY([limitMs], { stroke: GREY, strokeDasharray: '5 4', strokeWidth: 2 }),
      Plot.text([{ ms: limitMs, text: `p99 of ${limitMs} ms` }], {
        y: 'ms',
        text: 'text',
        frameAnchor: 'left',
        dx: 6,
        dy: -9,
        textAnchor: 'start',
      }),
      ...(rate === undefined
        ? []
        : [
            Plot.ruleX([rate], { stroke: GREY, strokeWidth: 2 }),
            Plot.text([{ rate, text: `${Math.round(rate)}/s` }], {
              x: 'rate',
              text: 'text',
              frameAnchor: 'top',
              dy: -9,
            }),
          ]),
      Plot.ruleX(bars, {
        x: 'rate',
        y1: 'low',
        y2: 'high',
        stroke: BAD,
        strokeOpacity: 0.35,
        strokeWidth: 5,
      }),
      Plot.line(last, { x: 'rate', y: 'ms', z: 'series', stroke: (d) => color(d.series), strokeWidth: 2 }),
      Plot.dot(data, {
        x: 'rate',
        y: 'ms',
        r: 4,
        stroke: (d) => color(d.series),
        fill: (d) => (d.verdict === 'over' ? 'white' : color(d.series)),
        strokeWidth: 1.5,
      }),
      Plot.text(
        data,
        Plot.selectLast({ x: 'rate', y: 'ms', z: 'series', text: 'series', dx: 10, textAnchor: 'start' }),
      ),
    ],
  })}\n`
}
