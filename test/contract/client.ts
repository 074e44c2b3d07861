/** Asks a server as clients do. */

export type Client = {
  url: string
  post(body: string | Uint8Array, headers?: Record<string, string>): Promise<Response>
  /** Posts JSON and parses the JSON that comes back. */
  json(body: unknown, headers?: Record<string, string>): Promise<{ status: number; body: never }>
}

export const clientOf = (url: string): Client => {
  const post: Client['post'] = (body, headers = {}) =>
    fetch(`${url}/invocations`, { method: 'POST', body: body as string, headers })
  return {
    url,
    post,
    json: async (body, headers = {}) => {
      const response = await post(JSON.stringify(body), { 'content-type': 'application/json', ...headers })
      return { status: response.status, body: (await response.json()) as never }
    },
  }
}
