/**
 * Paths at which clients of other servers ask, besides /invocations, which all requests can come to. A model says which of them
 * it serves. SageMaker passes on /invocations alone.
 */

/** `errors`: what the errors of a route look like, where its clients read none but their own. */
export const ROUTES = {
  /** OpenAI's. */
  '/v1/embeddings': { errors: 'openai' },
  /** Hugging Face's text-embeddings-inference. */
  '/embed': {},
  '/rerank': {},
} as const satisfies Record<string, { errors?: 'openai' }>

export type Route = keyof typeof ROUTES
