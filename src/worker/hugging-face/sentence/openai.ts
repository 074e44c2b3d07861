/** Vectors as OpenAI's API answers them (API reference, "Create embeddings"). */

/**
 * @param vectors of length `dimensions` each
 * @param tokens of all texts together
 */
export const openAiReply = (
  vectors: readonly Float32Array[],
  encoding: 'float' | 'base64',
  model: string,
  tokens: number,
) => ({
  object: 'list',
  data: vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: encoding === 'base64' ? toBase64(vector) : Array.from(vector),
  })),
  model,
  usage: { prompt_tokens: tokens, total_tokens: tokens },
})

/** float32, little-endian. */
const toBase64 = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')
