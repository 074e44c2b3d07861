/** The file's deployment with one variant in the place of the first: what an experiment has shown becomes what all users get. */

import { isDeepStrictEqual } from 'node:util'
import { CommandError, EXIT } from '../cli/command.ts'
import type { Deployment } from '../config/deployment.ts'

export type Promotion = {
  deployment: Deployment
  /** What the file must say, so that the next deploy does not take it back. */
  edits: { variant: string; key: 'model' | 'image' | 'weight'; value: unknown }[]
}

/** The first variant gets the other's model and image and all the traffic; the names stay, so that the update is guarded. */
export const promote = (deployment: Deployment, name: string): Promotion => {
  const [first, ...others] = deployment.variants
  const winner = others.find((variant) => variant.name === name)
  if (first === undefined || winner === undefined) {
    const names = others.map((variant) => variant.name).join(', ')
    throw new CommandError(
      first?.name === name
        ? `${name} is the first variant already`
        : `the file has no variant ${name} beside its first`,
      {
        exitCode: EXIT.usage,
        fix:
          names === '' ? 'an experiment has several variants: see variants in the file' : `it has ${names}`,
      },
    )
  }
  const promoted = {
    ...first,
    model: winner.model,
    image: winner.image,
    weight: first.weight > 0 ? first.weight : 1,
  }
  const silenced = others.map((variant) => ({ ...variant, weight: 0 }))
  const edits: Promotion['edits'] = []
  for (const [at, variant] of [promoted, ...silenced].entries()) {
    for (const key of ['model', 'image', 'weight'] as const) {
      if (isDeepStrictEqual(variant[key], deployment.variants[at]?.[key])) continue
      edits.push({ variant: variant.name, key, value: variant[key] })
    }
  }
  return { deployment: { ...deployment, variants: [promoted, ...silenced] }, edits }
}
