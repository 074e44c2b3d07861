/** The plot that opens the README of the project: ours as it comes, the others tuned. */

import { writeFileSync } from 'node:fs'
import * as Plot from '@observablehq/plot'
import { draw, GOOD, GREY } from '../../scripts/svg/draw.ts'
import type { PeerResults } from './measure.ts'
import type { Part } from './parts.ts'
import { OURS, TITLES } from './servers.ts'
import { type Summary, summarise } from './summary.ts'

type Panel = {
  title: string
  part: Part
  key: string
  best: 'most' | 'least'
  format: (value: number, summary: Summary) => string
}

const whole = (value: number): string => Math.round(value).toLocaleString('en')
const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} s`

const PANELS: readonly Panel[] = [
  { title: 'light model: requests/s', part: 'light', key: 'perSecond', best: 'most', format: whole },
  {
    title: 'light model: p99, 64 connections',
    part: 'light',
    key: 'p99Ms',
    best: 'least',
    format: (value) => `${value < 10 ? value.toFixed(1) : whole(value)} ms`,
  },
  {
    title: 'ResNet-50, JPEG: images/s',
    part: 'heavy',
    key: 'jpegPerSecond',
    best: 'most',
    format: (value) => value.toFixed(1),
  },
  {
    title: 'memory, ResNet-50',
    part: 'heavy',
    key: 'memoryBytes',
    best: 'least',
    format: (value) => `${whole(value / 1e6)} MB`,
  },
  { title: 'start to the first answer', part: 'heavy', key: 'startSeconds', best: 'least', format: seconds },
  {
    title: 'a worker killed: back at 90 % after',
    part: 'killed',
    key: 'backSeconds',
    best: 'least',
    format: (value, { values }) =>
      `${Number.isFinite(value) ? seconds(value) : 'later'}, ${values.failed?.median} lost`,
  },
]

const WIDTH = 330
const HEIGHT = 300
const COLUMNS = 3

const isShown = ({ row }: Summary): boolean => row.variant === (row.name === OURS ? 'default' : 'tuned')

const drawPanel = ({ title, part, key, best, format }: Panel, results: PeerResults): string => {
  const bars = summarise(results, part)
    .filter(isShown)
    .map((summary) => {
      const value = summary.values[key]?.median ?? Number.NaN
      return {
        name: TITLES[summary.row.name],
        isOurs: summary.row.name === OURS,
        value,
        label: format(value, summary),
      }
    })
    .sort((a, b) => (best === 'most' ? b.value - a.value : a.value - b.value))
  const most = Math.max(...bars.map(({ value }) => value).filter(Number.isFinite), 1e-9)
  const drawn = bars.map((bar) => ({ ...bar, value: Math.min(bar.value, most) }))
  return draw({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 175,
    marginRight: 10,
    marginTop: 40,
    marginBottom: 5,
    x: { axis: null, domain: [0, 2.3 * most] },
    y: { label: null, domain: drawn.map(({ name }) => name), tickSize: 0 },
    marks: [
      Plot.text([title], { frameAnchor: 'top-left', dx: -170, dy: -25, text: (d) => d, fontWeight: 'bold' }),
      Plot.barX(drawn, { x: 'value', y: 'name', fill: (d) => (d.isOurs ? GOOD : GREY), inset: 1 }),
      Plot.text(drawn, { x: 'value', y: 'name', text: 'label', textAnchor: 'start', dx: 4 }),
    ],
  })
}

export const plotPeers = (results: PeerResults, file: string): void => {
  const panels = PANELS.map((panel, index) =>
    drawPanel(panel, results).replace(
      '<svg ',
      `<svg x="${(index % COLUMNS) * WIDTH}" y="${Math.floor(index / COLUMNS) * HEIGHT}" `,
    ),
  )
  const [width, height] = [COLUMNS * WIDTH, Math.ceil(PANELS.length / COLUMNS) * HEIGHT]
  writeFileSync(
    file,
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" fill="white"/>${panels.join('')}</svg>\n`,
  )
}
