/** AWS's models of requests and answers, as `scripts/generate-models.ts` writes them. */

export type Shape = {
  type: string
  /** Of a structure: names of shapes. */
  members?: Record<string, string>
  required?: string[]
  /** Of a structure that is sent in headers: their names. */
  headers?: Record<string, string>
  /** Of those that are sent in the path, or in its query. */
  labels?: Record<string, string>
  query?: Record<string, string>
  /** Of a list. */
  member?: string
  /** Of a map. */
  key?: string
  value?: string
  /** Bounds of a number, or of the length of anything else. */
  min?: number
  max?: number
  /** Of the whole string, in Java's syntax. */
  pattern?: string
  enum?: string[]
  sensitive?: boolean
}

export type Action = {
  input?: string
  output?: string
  /** Of REST: where requests go, and the status of an answer. */
  method?: string
  uri?: string
  status?: number
}

export type Model = {
  actions: Record<string, Action>
  shapes: Record<string, Shape>
}
