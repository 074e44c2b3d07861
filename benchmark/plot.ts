/** The plots: how far each figure is from its goal, and what is served and how late at any offered load. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import * as Plot from '@observablehq/plot'
import { BAD, draw, GOOD, GREY } from '../scripts/svg/draw.ts'
import { type Figure, isMet } from './lib/figure.ts'
import type { OverloadPoint } from './overload.ts'

const shorten = (text: string): string => (text.length > 70 ? `${text.slice(0, 69)}…` : text)

/** Above 1: better than the goal. */
const margin = (figure: Figure): number => {
  const { goal, value } = figure
  return 'least' in goal ? value.median / goal.least : goal.most / Math.max(value.median, 1e-9)
}

export const plotFigures = (figures: readonly Figure[], file: string): void => {
  const shown = figures
    .filter((figure) => 'least' in figure.goal || figure.goal.most > 0)
    .map((figure) => ({
      ...figure,
      margin: Math.min(8, margin(figure)),
      name: `${figure.row}. ${shorten(figure.what)}`,
    }))
  writeFileSync(
    file,
    draw({
      width: 960,
      height: 40 + 24 * shown.length,
      marginLeft: 540,
      marginBottom: 40,
      x: {
        type: 'log',
        label: 'times as good as the goal →',
        grid: true,
        ticks: [0.25, 0.5, 1, 2, 4, 8],
        tickFormat: (tick: number) => `${tick}×`,
      },
      y: { label: null, domain: shown.map(({ name }) => name) },
      marks: [
        Plot.ruleX([1], { stroke: GREY, strokeWidth: 2 }),
        Plot.link(shown, {
          x1: 1,
          x2: 'margin',
          y1: 'name',
          y2: 'name',
          stroke: (d: Figure) => (isMet(d) ? GOOD : BAD),
          strokeWidth: 3,
        }),
        Plot.dot(shown, { x: 'margin', y: 'name', r: 5, fill: (d: Figure) => (isMet(d) ? GOOD : BAD) }),
      ],
    }),
  )
}

/** What overload.ts has left. */
export const plotLoad = (source: string, file: string): void => {
  if (!existsSync(source)) return
  const points = JSON.parse(readFileSync(source, 'utf8')) as OverloadPoint[]
  const peak = Math.max(...points.map(({ goodput }) => goodput))
  const panels = points.flatMap(({ offered, goodput, p99Ms, refusedP99Ms }) => [
    { offered, panel: 'answered requests/s', value: goodput, series: 'served' },
    { offered, panel: 'p99, ms', value: p99Ms, series: 'served' },
    ...(Number.isFinite(refusedP99Ms)
      ? [{ offered, panel: 'p99, ms', value: refusedP99Ms, series: 'refused with 503' }]
      : []),
  ])
  const panel = (name: string, options: Plot.PlotOptions) => {
    const data = panels.filter((point) => point.panel === name)
    return draw({
      width: 760,
      height: 300,
      marginLeft: 70,
      color: { domain: ['served', 'refused with 503'], range: [GOOD, BAD], legend: false },
      x: { type: 'log', label: 'offered requests/s →', grid: true },
      ...options,
      marks: [
        ...(options.marks ?? []),
        Plot.line(data, { x: 'offered', y: 'value', stroke: 'series', strokeWidth: 2.5 }),
        Plot.dot(data, { x: 'offered', y: 'value', fill: 'series', r: 4 }),
        Plot.text(
          data,
          Plot.selectLast({
            x: 'offered',
            y: 'value',
            z: 'series',
            text: 'series',
            fill: 'series',
            dy: -12,
            textAnchor: 'end',
          }),
        ),
      ],
    })
  }
  const served = panel('answered requests/s', {
    y: { label: '↑ answered requests/s', grid: true, domain: [0, peak * 1.25] },
    marks: [Plot.ruleY([peak], { stroke: GREY, strokeDasharray: '4 4' })],
  })
  const late = panel('p99, ms', { y: { type: 'log', label: '↑ p99 in ms', grid: true } })
  const nested = (svg: string, y: number) => svg.replace('<svg ', `<svg y="${y}" `)
  writeFileSync(
    file,
    `<svg xmlns="http://www.w3.org/2000/svg" width="760" height="610" viewBox="0 0 760 610"><rect width="760" height="610" fill="white"/>${nested(served, 0)}${nested(late, 305)}</svg>\n`,
  )
}
