/** The AWS query protocol: a form in, XML out. STS and IAM speak it, and CloudWatch with older clients. */

import { randomUUID } from 'node:crypto'
import { AwsError } from '../aws-error.ts'
import type { Reply } from './reply.ts'
import { element } from './xml.ts'

type Tree = { [key: string]: Tree | string }

/** More would be an attack, not a request. */
const DEEPEST = 16

const isList = (tree: Tree): boolean => {
  const keys = Object.keys(tree)
  return keys.length > 0 && keys.every((key) => /^\d+$/.test(key))
}

/** `A.member.1.B` is a list of objects; `A.entry.1.key`, `A.entry.1.value` stay what they are: nobody here takes a map. */
const unfold = (tree: Tree | string): unknown => {
  if (typeof tree === 'string') return tree
  const list = tree.member ?? tree
  if (typeof list === 'object' && isList(list))
    return Object.keys(list)
      .sort((a, b) => Number(a) - Number(b))
      .map((key) => unfold(list[key] as Tree))
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, unfold(value)]))
}

/** The action and its input: all leaves are text, so the schemas of these actions must coerce. */
export const parseQuery = (form: string): { action: string; input: unknown } => {
  const tree: Tree = Object.create(null)
  let action = ''
  for (const [name, value] of new URLSearchParams(form)) {
    if (name === 'Action') action = value
    if (name === 'Action' || name === 'Version') continue
    const path = name.split('.')
    if (path.length > DEEPEST) throw new AwsError('MalformedInput', 'The request is nested too deeply.')
    let at = tree
    for (const part of path.slice(0, -1)) {
      const known = at[part]
      const next: Tree = typeof known === 'object' ? known : Object.create(null)
      at[part] = next
      at = next
    }
    at[path.at(-1) as string] = value
  }
  return { action, input: unfold(tree) }
}

export const queryReply = (action: string, value: unknown, xmlNamespace: string): Reply => {
  const result = value === undefined ? '' : element(`${action}Result`, value, 'member')
  const metadata = element('ResponseMetadata', { RequestId: randomUUID() })
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${action}Response xmlns="${xmlNamespace}">${result}${metadata}</${action}Response>`,
  }
}

export const queryError = (error: AwsError, xmlNamespace: string): Reply => ({
  status: error.status,
  headers: { 'content-type': 'text/xml' },
  body:
    `<ErrorResponse xmlns="${xmlNamespace}">` +
    element('Error', {
      Type: error.status < 500 ? 'Sender' : 'Receiver',
      Code: error.code,
      Message: error.message,
    }) +
    `${element('RequestId', randomUUID())}</ErrorResponse>`,
})
