/** pipeline/template.yaml as CloudFormation reads it: its short forms, and what Ref, Sub and GetAtt come to. */

import { readFileSync } from 'node:fs'
import { type CollectionTag, parse, type ScalarTag } from 'yaml'
import { ROOT } from '../fixtures/index.ts'

export const TEMPLATE_FILE = `${ROOT}pipeline/template.yaml`

// biome-ignore lint/suspicious/noExplicitAny: a template is what its tests know it to be
export type Tree = any

const scalar = (name: string): ScalarTag => ({
  tag: `!${name}`,
  resolve: (text) => ({ [name === 'Ref' ? name : `Fn::${name}`]: text }) as unknown as string,
})

const CUSTOM: (ScalarTag | CollectionTag)[] = ['Ref', 'Sub', 'GetAtt'].map(scalar)

export type Template = {
  Parameters: Record<string, { Default?: string; AllowedPattern?: string }>
  Resources: Record<string, { Type: string; DeletionPolicy?: string; Properties: Tree }>
  Outputs: Record<string, { Value: Tree }>
}

export const template: Template = parse(readFileSync(TEMPLATE_FILE, 'utf8'), { customTags: CUSTOM })

/** What names stand for: parameters and pseudo parameters by their names, resources by theirs and as `NAME.Arn`. */
export type Names = Record<string, string>

/** A part of the template with its references filled in. Throws if a name is not known. */
export const resolved = (tree: Tree, names: Names): Tree => {
  const look = (name: string): string => {
    const value = names[name]
    if (value === undefined) throw new Error(`the template names ${name}, which is not known`)
    return value
  }
  const walk = (node: Tree): Tree => {
    if (Array.isArray(node)) return node.map(walk)
    if (typeof node !== 'object' || node === null) return node
    if ('Ref' in node) return look(node.Ref)
    if ('Fn::GetAtt' in node) return look(node['Fn::GetAtt'])
    if ('Fn::Sub' in node)
      return (node['Fn::Sub'] as string).replace(/\$\{(!?)([^}]+)\}/g, (_, literal, name) =>
        literal === '!' ? `\${${name}}` : look(name),
      )
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value)]))
  }
  return walk(tree)
}

export const resourcesOf = (type: string): [string, Tree][] =>
  Object.entries(template.Resources).flatMap(([name, { Type, Properties }]) =>
    Type === type ? [[name, Properties] as [string, Tree]] : [],
  )
