/** Takes a picture, or `{"url": "https://…"}` that leads to one; with an s3:// entry under `links`, `{"s3": "s3://…"}` too. */

import type { Preprocess } from 'onnx-serving'

export const preprocess: Preprocess = async (request, { decode, download }) => {
  if (request.headers['content-type']?.startsWith('image/')) return decode(request.body)
  const { url, s3 } = request.json()
  const { body, contentType } = await download(url ?? s3)
  return decode(body, contentType)
}
