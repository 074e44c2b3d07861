/**
 * What runs took on a card: milliseconds of 1 row, of 2, 4, 8 and so on to 128, of ONNX Runtime alone in Node, one process, tensors
 * in the host's memory. One H100 80 GB with 16 CPUs, driver 580, CUDA 13, ONNX Runtime 1.30.0, measured by hand in November 2026.
 */

import type { Curve } from '../programs/simulate.ts'

const RESNET_50 = [1.71, 2.68, 2.03, 2.89, 4.6, 8.36, 17.2, 32.8]
const RESNET_50_FP16 = [1.71, 2.21, 1.9, 2.82, 3.01, 5.35, 11.3, 21.5]
/** 128 tokens. */
const BERT_BASE = [2.97, 3.03, 3.02, 3.2, 4.43, 7.33, 12.5, 23.1]

/** What a change of shape costs a session with convolutions (microsoft/onnxruntime#23006), and one session with its weights. */
export const SHAPE_CHANGE_MS = 150
export const SESSION_MIB = 700

const onCard = (steps: readonly number[], each: number, card: number): Omit<Curve, 'workers'> => ({
  fixed: 0.1,
  each,
  steps,
  card,
  messageMs: 0.12,
  chance: 0.1,
})

/**
 * Made-up workers on that card. `each`: milliseconds of a worker's JavaScript for a request, which are guesses; the last number is
 * the part of a run in which the card is busy: two processes together made 1.3 times the runs of one with ResNet-50, no more with BERT.
 */
export const CARD_RUNS = {
  'resnet50-float32': onCard(RESNET_50, 0.35, 0.77),
  'resnet50-uint8': onCard(RESNET_50, 0.1, 0.77),
  'resnet50-fp16': onCard(RESNET_50_FP16, 0.35, 0.85),
  bert: onCard(BERT_BASE, 0.07, 1),
}
