/**
 * Paths at which clients of other servers ask, besides /invocations, which all requests can come to. A model says which of them
 * it serves. SageMaker passes on /invocations alone. `errors`: whose clients look for what is wrong, so that they show it.
 */

export const ROUTES = {
  /** The Inference API of Hugging Face's hub, and its Inference Endpoints. */
  '/': { errors: 'hub' },
  /** OpenAI's. */
  '/v1/embeddings': { errors: 'openai' },
  /** Hugging Face's text-embeddings-inference. */
  '/embed': { errors: 'hub' },
  '/rerank': { errors: 'hub' },
} as const satisfies Record<string, { errors: 'openai' | 'hub' }>

export type Route = keyof typeof ROUTES
