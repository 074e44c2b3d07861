/** What rules between keys look at, and what they find. */

import type { Compute, Deployment, ImageSource, ModelSource } from './deployment.ts'
import type { Settings } from './schema.ts'

export type Path = readonly PropertyKey[]

/** `path` as in the file, without the environment; `text` says the rule and the fix. */
export type Finding = { path: Path; text: string }

export type Given = { deployment: Deployment; settings: Settings; fleets: Fleet[] }

export type Rule<Looked = Given> = (given: Looked) => Finding[]

/** A variant or the shadow, and where its keys are written: its own, or those of the file. */
export type Fleet = {
  label: string
  model: ModelSource
  image?: ImageSource | undefined
  compute: Compute
  at: (key: 'model' | 'image' | 'compute', ...below: string[]) => Path
}

export const fleetsOf = (deployment: Deployment, settings: Settings): Fleet[] => {
  const place = (own: object | undefined, above: Path): Fleet['at'] => {
    return (key, ...below) => [...(own !== undefined && key in own ? above : []), key, ...below]
  }
  return [
    ...deployment.variants.map((variant, i) => ({
      ...variant,
      label: `variant ${variant.name}`,
      at: place(settings.variants?.[i], ['variants', i]),
    })),
    ...(deployment.shadow
      ? [{ ...deployment.shadow, label: 'the shadow', at: place(settings.shadow, ['shadow']) }]
      : []),
  ]
}

export const found = (is: boolean, path: Path, text: string): Finding[] => (is ? [{ path, text }] : [])
