/** What a codec is: bytes of one media type to named tensors, and a prediction back to bytes. */

import type { Model } from '../../model/model.ts'
import type { PictureView } from '../../tensor/picture-view.ts'
import type { NamedTensors } from '../../tensor/tensor.ts'
import type { Allowance } from '../allowance.ts'

/** A parsed media type: `type` in lower case without parameters, parameter names in lower case. */
export type MediaType = { type: string; parameters: Record<string, string> }

/**
 * How a reply is laid out, after TensorFlow Serving's REST API: 'rows' mirrors a list or `instances` and answers
 * `predictions`; 'columns' mirrors `inputs` and answers `outputs`.
 */
export type Form = 'rows' | 'columns'

export type DecodedRequest = {
  inputs: NamedTensors
  form: Form
  /** For each row that was made of an image, how that lies in the tensor. */
  views?: readonly PictureView[]
}

/** One class of a ranked row, most probable first. */
export type RankedLabel = { label: string; probability: number }

/** The model's outputs for one request, after postprocessing. */
export type Prediction = {
  outputs: NamedTensors
  /** True if the first dimension of every output counts the request's rows. */
  byRow: boolean
  /** Outputs that text shows in another way than as lists, by name. */
  shown?: ReadonlyMap<string, Shown>
}

export type Shown =
  /**
   * With labels or topK in serving.yaml: the ranking of a row, in place of its scores. Made row by row, since all rankings
   * together take many times the memory of the scores.
   */
  | { ranking: (row: number) => readonly RankedLabel[] }
  /** An object of the scores by the class's label, one label for each column. */
  | { labels: readonly string[] }
  /** JSON text in place of a row of the output. Other media types cannot hold it. */
  | { json: (row: number) => string }

/** Throws ServingError ERR_INVALID_BODY, ERR_INVALID_INPUT or ERR_INVALID_IMAGE. Never trusts a length it reads. */
export type Decode = (
  body: Uint8Array,
  mediaType: MediaType,
  model: Model,
  allowance?: Allowance,
) => DecodedRequest | Promise<DecodedRequest>

/**
 * Throws ServingError ERR_NOT_ACCEPTABLE if this prediction cannot be written in this media type, and
 * ERR_RESPONSE_TOO_LARGE as soon as it is found to take more than `maxBytes`.
 */
export type Encode = (prediction: Prediction, form: Form, maxBytes: number) => Uint8Array | string

export type Codec = {
  /** Media types it handles; replies use the first. */
  mediaTypes: readonly string[]
  /** Which of them a file name's extension means, in lower case with its dot. */
  extensions?: Readonly<Record<string, string>>
  /** What such a body begins with, each character a byte: one of several patterns, of which every part must be there. */
  magic?: readonly (readonly { at: number; text: string }[])[]
  decode?: Decode
  encode?: Encode
}
