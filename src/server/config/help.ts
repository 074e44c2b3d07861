/** What `--help` shows. */

import { BUNDLED_MODEL } from '../../places.ts'
import { flagOf, SETTINGS, type Setting, variableName } from './settings.ts'

export const helpText = (): string => {
  const rows = Object.entries<Setting>(SETTINGS).map(([key, setting]) => {
    const value = setting.default === BUNDLED_MODEL ? 'examples/digits/model' : setting.default
    const variables = setting.variables.map(variableName).join(', ')
    return `  ${flagOf(key)} <${setting.kind === 'choice' ? setting.values.join('|') : setting.kind.replace('-', ' or ')}>\n      ${setting.meaning}\n      Default: ${value}. Environment: ${variables}.`
  })
  return `Serves an ONNX model over HTTP: GET /ping, POST /invocations.

Usage: npx onnx-serving DIR [--port N] …              anywhere
       npm start -- [--model DIR] [--port N] …        in a checkout
       docker run IMAGE serve                          in the container

${rows.join('\n')}
  --help
      Shows this text.
`
}
