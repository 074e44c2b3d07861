/** Writes multipart/form-data (RFC 7578). */

export type Part = { headers: readonly string[]; body: Uint8Array }

export const BOUNDARY = 'part-of-a-form'

export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`

/** A file with a name and, unless it is empty, a media type. */
export const fileOf = (name: string, type: string, body: Uint8Array): Part => ({
  headers: [
    `Content-Disposition: form-data; name="${name}"; filename="${name}"`,
    ...(type === '' ? [] : [`Content-Type: ${type}`]),
  ],
  body,
})

export const formOf = (parts: readonly Part[], boundary = BOUNDARY): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ headers, body }) => [
      Buffer.from(`--${boundary}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`, 'latin1'),
      body,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`, 'latin1'),
  ])
