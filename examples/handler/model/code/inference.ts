import type { Predict } from 'onnx-serving'

export const example = { input: 4 }

export const predict: Predict = (request) => ({ output: request.json().input ** 2 })
