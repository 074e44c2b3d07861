/** AWS's models of requests and answers, as `scripts/generate-models.ts` writes them. */

export type Shape = {
  type: string
  /** Of a structure: names of shapes. */
  members?: Record<string, string>
  required?: string[]
  /** Of a structure that is sent in headers: their names. */
  headers?: Record<string, string>
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

export type Model = {
  actions: Record<string, { input?: string; output?: string }>
  shapes: Record<string, Shape>
}
