/**
 * The types of a model's own code, code/inference.ts in its folder: they come by `import type` from onnx-serving. Nothing of
 * it is there at run time: all that a hook needs is given to it. docs/handlers.md says how the hooks work together.
 */

/** What a client sent. */
export type Request = {
  /** By HTTP name in lower case. SageMaker passes on few: content-type, accept, and those that begin with x-amzn-. */
  headers: Readonly<Record<string, string | undefined>>
  /** `X-Amzn-SageMaker-Custom-Attributes`, at most 1024 characters; empty if it was not sent. */
  customAttributes: string
  /** As sent, but no longer compressed. */
  body: Uint8Array
  /** Aborts when nobody waits for the reply any more. */
  signal: AbortSignal
  /** The body as text. @throws an error that the client gets as 400 if it is not UTF-8 */
  text(): string
  /** The body as JSON. @throws an error that the client gets as 400 */
  // biome-ignore lint/suspicious/noExplicitAny: what a client sends has the type that the hook gives it
  json<T = any>(): T
}

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array

/** `dims` in row-major order. float16 is its bits in a Uint16Array, bool 0 and 1 in a Uint8Array, string a list of texts. */
export type Tensor = { type: string; dims: readonly number[]; data: TypedArray | string[] }

/** A dimension is a number, or the name (perhaps empty) of one that is free. */
export type TensorSpec = { name: string; type: string; dims: readonly (number | string)[] }

export type Nested = number | bigint | string | boolean | readonly Nested[]

/** By input name: a tensor, which may leave out its type, or nested lists. Both with all dimensions, the rows' too. */
export type Inputs = Record<
  string,
  | Nested
  | { type?: string; dims: readonly number[]; data: TypedArray | readonly string[] | readonly number[] }
>

/** By output name. */
export type Outputs = Record<string, Tensor>

export type Model = {
  inputs: readonly TensorSpec[]
  outputs: readonly TensorSpec[]
  /** One run. @throws an error that the client gets as 400 if the inputs do not fit */
  run(inputs: Inputs): Promise<Outputs>
}

export type Context = {
  /** The folder's ONNX file. @throws if there is none, or several and serving.yaml names none */
  readonly model: Model
  /** The names of the classes that serving.yaml has. */
  labels: readonly string[] | undefined
  /** The model folder, absolute. */
  folder: string
  /** How many workers share the requests. What one remembers, the others do not know. */
  workers: number
  /** Loads another ONNX file of the folder: to be called in `load`. */
  open(file: string): Promise<Model>
}

export type RequestContext = Context & {
  readonly request: Request
  /**
   * What a link leads to: https or s3, as `links` of serving.yaml allows, within 10 s and no larger than a body may be.
   * @throws an error that the client gets as 400
   */
  download(link: unknown): Promise<{ body: Uint8Array; contentType: string }>
  /**
   * The model's inputs from bytes of a media type, as if they had been the request's body: images by `preprocess` of
   * serving.yaml, JSON, CSV, NPY. Without a type, that of the request.
   * @throws an error that the client gets as 400
   */
  decode(body: Uint8Array, contentType?: string): Promise<Inputs>
}

/**
 * A text is sent as text/plain, bytes as application/octet-stream, a Response as it says, and anything else as JSON: typed
 * arrays as lists, tensors as nested lists.
 */
export type Reply = unknown

/** Called once in each worker, before it serves. What it loads goes into variables of the file. */
export type Load = (context: Context) => unknown

/** The model's inputs of a request; or, where there is a `predict`, whatever that takes. */
export type Preprocess<T = Inputs> = (request: Request, context: RequestContext) => T | Promise<T>

/** In place of a run of the model. Gets the request, or what `preprocess` made of it. */
export type Predict<I = Request, O = Reply> = (input: I, context: RequestContext) => O | Promise<O>

/** With `export const batch = true`: gets what came in together, and gives as many results in the same order. */
export type PredictBatch<I = Request, O = Reply> = (
  inputs: readonly I[],
  context: Context,
) => readonly O[] | Promise<readonly O[]>

/** The reply, from the model's outputs for one request; or from what `predict` gave. */
export type Postprocess<O = Outputs> = (output: O, context: RequestContext) => Reply | Promise<Reply>
