/** REST with JSON: the action is in method and path, and members in the path, the query, headers and the body. */

import { AwsError } from '../aws-error.ts'
import type { Model } from '../model.ts'
import { parseJson, toJson } from './json.ts'
import type { Reply } from './reply.ts'

type Route = { action: string; method: string; path: RegExp; labels: string[]; query: URLSearchParams }

const routesOf = ({ actions }: Model): Route[] =>
  Object.entries(actions)
    .map(([action, { method = '', uri = '' }]) => {
      const [path = '', query] = uri.split('?')
      const labels: string[] = []
      const pattern = path.replace(/\{(\w+)\}/g, (_, name: string) => {
        labels.push(name)
        return '([^/]+)'
      })
      return { action, method, path: new RegExp(`^${pattern}/?$`), labels, query: new URLSearchParams(query) }
    })
    // Of one path, what has a query comes first.
    .sort((a, b) => b.query.size - a.query.size)

export type RestCall = { action: string; labels: Record<string, string> }

/** Finds the action of a request; undefined if the service has none there. */
export const createRouter = (model: Model): ((method: string, url: URL) => RestCall | undefined) => {
  const routes = routesOf(model)
  return (method, url) => {
    for (const route of routes) {
      const values = route.method === method ? route.path.exec(url.pathname) : null
      if (values === null || ![...route.query].every(([key, value]) => url.searchParams.get(key) === value))
        continue
      const labels = route.labels.map((name, at) => [name, decoded(values[at + 1] ?? '')])
      return { action: route.action, labels: Object.fromEntries(labels) }
    }
    return undefined
  }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Text of a path, a query or a header as the model has it. */
const ofType = (type: string | undefined, texts: readonly string[]): unknown => {
  const [text = ''] = texts
  if (type === 'list') return texts
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true'
  return /^(integer|long|double|float)$/.test(type ?? '') && text !== '' && !Number.isNaN(Number(text))
    ? Number(text)
    : text
}

/** The input as the model has it, but unchecked. @param body undefined where it is no JSON of members, but a payload */
export const restInput = (
  { actions, shapes }: Model,
  { action, labels }: RestCall,
  url: URL,
  headers: Record<string, string | undefined>,
  body: Buffer | undefined,
): Record<string, unknown> => {
  const shape = shapes[actions[action]?.input ?? '']
  const typeOf = (member: string) => shapes[shape?.members?.[member] ?? '']?.type
  const parsed = body === undefined ? {} : parseJson(body)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new AwsError('SerializationException', 'Start of structure or map not found.')
  const input = { ...parsed } as Record<string, unknown>
  const place = (names: Record<string, string> | undefined, find: (name: string) => readonly string[]) => {
    for (const [member, name] of Object.entries(names ?? {})) {
      const texts = find(name)
      if (texts.length > 0) input[member] = ofType(typeOf(member), texts)
      else delete input[member]
    }
  }
  place(shape?.labels, (name) => (labels[name] === undefined ? [] : [labels[name]]))
  place(shape?.query, (name) => url.searchParams.getAll(name))
  place(shape?.headers, (name) => {
    const text = headers[name.toLowerCase()]
    return text === undefined ? [] : [text]
  })
  return input
}

export const restReply = ({ actions }: Model, action: string, value: unknown): Reply => {
  const { status = 200, output } = actions[action] ?? {}
  const isEmpty = status === 204 || output === undefined
  return {
    status,
    headers: isEmpty ? {} : { 'content-type': 'application/json' },
    body: isEmpty ? '' : toJson(value),
  }
}

/** Lambda's clients read the message from `Message` or `message`, and who is to blame from `Type`. */
export const restError = (error: AwsError): Reply => ({
  status: error.status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
  body: toJson({
    Type: error.status < 500 ? 'User' : 'Service',
    message: error.message,
    Message: error.message,
    ...error.members,
  }),
})
