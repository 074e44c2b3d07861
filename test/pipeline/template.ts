/** pipeline/template.yaml as CloudFormation reads it: its short forms, and what Ref, Sub, GetAtt and If come to. */

import { readFileSync } from 'node:fs'
import { type CollectionTag, parse, type ScalarTag, YAMLMap, YAMLSeq } from 'yaml'
import { ROOT } from '../fixtures/index.ts'

export const TEMPLATE_FILE = `${ROOT}pipeline/template.yaml`

// biome-ignore lint/suspicious/noExplicitAny: a template is what its tests know it to be
export type Tree = any

const keyOf = (name: string): string => (name === 'Ref' ? name : `Fn::${name}`)

const mapOf = (name: string, value: unknown): YAMLMap => {
  const map = new YAMLMap()
  map.set(keyOf(name), value)
  return map
}

const TAGS: (ScalarTag | CollectionTag)[] = [
  ...['Ref', 'Sub', 'GetAtt'].map(
    (name): ScalarTag => ({ tag: `!${name}`, resolve: (text) => ({ [keyOf(name)]: text }) }),
  ),
  ...['If', 'Equals'].map(
    (name): CollectionTag => ({
      tag: `!${name}`,
      collection: 'seq',
      resolve: (node) => {
        const list = new YAMLSeq()
        list.items = (node as YAMLSeq).items
        return mapOf(name, list)
      },
    }),
  ),
]

export type Template = {
  Parameters: Record<string, { Default?: string; AllowedPattern?: string }>
  Conditions: Record<string, Tree>
  Resources: Record<
    string,
    {
      Type: string
      Condition?: string
      DeletionPolicy?: string
      UpdateReplacePolicy?: string
      Properties: Tree
    }
  >
  Outputs: Record<string, { Value: Tree }>
}

export const TEXT = readFileSync(TEMPLATE_FILE, 'utf8')

export const template: Template = parse(TEXT, { customTags: TAGS })

/** What names stand for: parameters and pseudo parameters by their names, resources by theirs and as `NAME.Arn`. */
export type Names = Record<string, string>

const NOTHING = Symbol('AWS::NoValue')

/** A part of the template with its references filled in. Throws if a name is not known. */
export const resolved = (tree: Tree, names: Names): Tree => {
  const look = (name: string): string => {
    const value = names[name]
    if (value === undefined) throw new Error(`the template names ${name}, which is not known`)
    return value
  }
  const isTrue = (condition: string): boolean => {
    const [one, other] = walk(template.Conditions[condition]['Fn::Equals'])
    return one === other
  }
  const walk = (node: Tree): Tree => {
    if (Array.isArray(node)) return node.map(walk).filter((each) => each !== NOTHING)
    if (typeof node !== 'object' || node === null) return node
    if ('Ref' in node) return node.Ref === 'AWS::NoValue' ? NOTHING : look(node.Ref)
    if ('Fn::GetAtt' in node) return look(node['Fn::GetAtt'])
    if ('Fn::Sub' in node)
      return (node['Fn::Sub'] as string).replace(/\$\{(!?)([^}]+)\}/g, (_, literal, name) =>
        literal === '!' ? `\${${name}}` : look(name),
      )
    if ('Fn::If' in node) {
      const [condition, yes, no] = node['Fn::If']
      return walk(isTrue(condition) ? yes : no)
    }
    return Object.fromEntries(
      Object.entries(node)
        .map(([key, value]) => [key, walk(value)] as const)
        .filter(([, value]) => value !== NOTHING),
    )
  }
  return walk(tree)
}

/** All resources that a stack with these parameters has, filled in. */
export const stackOf = (names: Names): Template['Resources'] =>
  Object.fromEntries(
    Object.entries(template.Resources).flatMap(([name, { Properties, Condition, ...rest }]) => {
      const wanted = Condition === undefined || resolved({ 'Fn::If': [Condition, true, false] }, names)
      return wanted ? [[name, { ...rest, Properties: resolved(Properties, names) }]] : []
    }),
  )

/** Parameters, and a name for each resource, as AWS would give it. */
export const namesFor = (target: 'sagemaker' | 'lambda'): Names => {
  const arn = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:123456789012:${rest}`
  const arnOf: Record<string, (name: string) => string> = {
    'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name.toLowerCase()}`,
    'AWS::IAM::Role': (name) => `arn:aws:iam::123456789012:role/digits-pipeline-${name}`,
    'AWS::ECR::Repository': () => arn('ecr', 'repository/digits'),
    'AWS::Logs::LogGroup': (name) => arn('logs', `log-group:${name}:*`),
  }
  const refOf: typeof arnOf = {
    'AWS::S3::Bucket': (name) => name.toLowerCase(),
    'AWS::SNS::Topic': (name) => arn('sns', name),
  }
  return {
    'AWS::Partition': 'aws',
    'AWS::Region': 'eu-west-1',
    'AWS::AccountId': '123456789012',
    'AWS::StackName': 'digits-pipeline',
    Name: 'digits',
    Target: target,
    Connection: arn('codeconnections', 'connection/0e1a-2b'),
    Repository: 'me/digits',
    Branch: 'main',
    EndpointFile: 'endpoint.yaml',
    ...Object.fromEntries(
      Object.entries(template.Resources).flatMap(([name, { Type }]) => [
        [name, refOf[Type]?.(name) ?? name],
        ...(arnOf[Type] === undefined ? [] : [[`${name}.Arn`, arnOf[Type](name)]]),
      ]),
    ),
  }
}

/** The types of all resources of a stack, one for each. */
export const resourcesIn = (target: 'sagemaker' | 'lambda'): string[] =>
  Object.values(stackOf(namesFor(target))).map(({ Type }) => Type)
