/** serving.yaml: what ONNX does not say about a model. */

/** PLACEHOLDER TYPES, being written: the validated content of serving.yaml with its defaults. */
export type ServingConfig = {
  /** The ONNX file, relative to the folder; needed only where there are several. */
  model?: string | undefined
  preprocess?: ImagePreprocess | undefined
  /** Class names, or the name of a text file with one on each line. */
  labels?: readonly string[] | string | undefined
  postprocess: { softmax: boolean; topK?: number | undefined }
  limits: { maxBatchSize?: number | undefined; maxImagePixels: number }
}

export type ImagePreprocess = {
  /** The input that takes the image; the model's only input by default. */
  input?: string | undefined
  color: 'rgb' | 'bgr' | 'gray'
  resize?: { shortest: number } | { width: number; height: number } | undefined
  interpolation: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos'
  crop?: { width: number; height: number } | undefined
  /** Each value is multiplied by this before mean and std. */
  rescale: number
  mean?: readonly number[] | undefined
  std?: readonly number[] | undefined
  layout: 'nchw' | 'nhwc'
}
