/** A CloudFormation template. */

import { stringify } from 'yaml'
import { type Exported, isArnOf } from './resources.ts'

/** AWS::CloudFormation template anatomy: at most 1024 bytes. */
const MAX_DESCRIPTION = 1024

const withReferences = (value: unknown): unknown => {
  if (isArnOf(value)) return { 'Fn::GetAtt': [value.arnOf, 'Arn'] }
  if (Array.isArray(value)) return value.map(withReferences)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withReferences(each)]))
}

/** As many of the notes as there is room for. */
const descriptionOf = (endpoint: string, notes: readonly string[]): string =>
  notes.reduce((text, note) => {
    const longer = `${text} ${note}`
    return Buffer.byteLength(longer) <= MAX_DESCRIPTION ? longer : text
  }, `The endpoint ${endpoint}.`)

export const cloudFormation = ({ resources }: Exported, endpoint: string, notes: readonly string[]) => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Description: descriptionOf(endpoint, notes),
  Resources: Object.fromEntries(
    resources.map(({ id, type, properties, after }) => [
      id,
      {
        Type: type,
        ...(after.length > 0 && { DependsOn: after }),
        Properties: withReferences(properties),
      },
    ]),
  ),
})

/** YAML 1.1, as CloudFormation reads it, where `off` without quotes is false. */
export const templateText = (template: unknown): string =>
  stringify(template, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })

/** YAML, with the notes before it. */
export const cloudFormationText = (
  template: ReturnType<typeof cloudFormation>,
  notes: readonly string[],
): string => `${notes.map((note) => `# ${note}\n`).join('')}\n${templateText(template)}`
