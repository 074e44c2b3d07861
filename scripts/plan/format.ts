/** A plan as text. */

import type { Output } from '../cli/output.ts'
import { type Action, isNothing, type Shown } from './action.ts'
import type { Change } from './diff.ts'

type Colours = Output['colours']

const SYMBOL: Record<Action['kind'], { sign: string; colour: 'green' | 'yellow' | 'red' | 'dim' }> = {
  create: { sign: '+', colour: 'green' },
  update: { sign: '~', colour: 'yellow' },
  replace: { sign: '±', colour: 'red' },
  delete: { sign: '-', colour: 'red' },
  keep: { sign: '=', colour: 'dim' },
}

export const describeAction = ({
  kind,
  what,
  name,
}: Pick<Shown['actions'][number], 'kind' | 'what' | 'name'>): string => `${SYMBOL[kind].sign} ${what} ${name}`

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const describeChange = ({ path, from, to }: Change): string =>
  `      ${path}: ${from === undefined ? '' : `${show(from)} `}→ ${to === undefined ? '(not set)' : show(to)}`

/** One line for each action, those that are kept last and together; below each what changes. */
export const formatPlan = (plan: Shown, colours: Colours): string => {
  const { actions, warnings, blocked } = plan
  const lines: string[] = []
  for (const action of actions) {
    if (action.kind === 'keep') continue
    const note = action.note === undefined ? '' : `  (${action.note})`
    lines.push(`  ${colours[SYMBOL[action.kind].colour](describeAction(action))}${note}`)
    lines.push(...action.changes.map(describeChange))
  }
  const kept = actions.filter(({ kind }) => kind === 'keep')
  if (kept.length > 0) {
    lines.push(colours.dim(`  = as it is: ${kept.map(({ what, name }) => `${what} ${name}`).join(', ')}`))
  }
  const head = isNothing(plan) ? `${plan.endpoint}: nothing to do` : `${plan.endpoint}:`
  return [
    head,
    ...lines,
    ...warnings.map((warning) => `${colours.yellow('warning:')} ${warning}`),
    ...(blocked === undefined
      ? []
      : [`${colours.red('cannot be done:')} ${blocked.message}`, `  → ${blocked.fix}`]),
  ].join('\n')
}
