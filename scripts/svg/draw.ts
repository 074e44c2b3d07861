/** Plots as SVG, without a browser. */

import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

const FONT = { fontSize: '13px', fontFamily: 'system-ui, sans-serif', background: 'white' }

export const [GOOD, BAD, GREY] = ['#2a7f62', '#c8553d', '#999']

export const draw = (options: Plot.PlotOptions): string => {
  const { document } = parseHTML('<html><body></body></html>')
  const figure = Plot.plot({ ...options, document, style: FONT })
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return figure.outerHTML
}
