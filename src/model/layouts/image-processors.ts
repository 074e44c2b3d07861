/**
 * The image processors of transformers, a row each: what holds where preprocessor_config.json does not say it, as in versions 4.57
 * and 5. What the two do not agree on has no default here and has to stand in the file.
 */

import type { Json } from './hugging-face.ts'

export type Processor = {
  /** Keys of preprocessor_config.json with the class's own values. */
  defaults: Json
  /** A `size` that is one number is a square's, else that of the shorter side. */
  square?: boolean
  /** What the class does that no other does. */
  own?: 'ConvNext' | 'PoolFormer' | 'Levit' | 'EfficientNet' | 'MobileViT' | 'Yolos'
  /**
   * What its post_process_object_detection takes for an object: the best class of each query, of which the last is none; or the best
   * pairs of query and class, as many as there are queries or at most 100.
   */
  objects?: 'best-class' | 'as-many-as-queries' | 'at-most-100'
}

const STANDARD = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] }
const IMAGENET = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] }
const OPENAI = {
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
}

const BILINEAR = 2
const BICUBIC = 3

const square = (side: number) => ({ height: side, width: side })
const shortest = (side: number) => ({ shortest_edge: side })

const EDGES_OF_224 = {
  size: shortest(224),
  crop_size: square(224),
  do_center_crop: true,
  resample: BICUBIC,
}
const MOBILE_NET = {
  size: shortest(256),
  crop_size: square(224),
  do_center_crop: true,
  resample: BILINEAR,
  ...STANDARD,
}
const DETR = { size: { shortest_edge: 800, longest_edge: 1333 }, resample: BILINEAR, ...IMAGENET }

/** By the class's name without ImageProcessor, ImageProcessorFast or FeatureExtractor. */
export const PROCESSORS: Readonly<Record<string, Processor>> = {
  ViT: { defaults: { size: square(224), resample: BILINEAR, ...STANDARD }, square: true },
  ViTHybrid: { defaults: { ...EDGES_OF_224, ...OPENAI } },
  CLIP: { defaults: { ...EDGES_OF_224, ...OPENAI } },
  Bit: { defaults: { ...EDGES_OF_224, ...OPENAI } },
  Siglip: { defaults: { size: square(224), resample: BICUBIC, ...STANDARD } },
  DeiT: {
    defaults: {
      size: square(256),
      crop_size: square(224),
      do_center_crop: true,
      resample: BICUBIC,
      ...STANDARD,
    },
    square: true,
  },
  Beit: { defaults: { crop_size: square(224), resample: BICUBIC, ...STANDARD }, square: true },
  Segformer: { defaults: { size: square(512), resample: BILINEAR, ...IMAGENET }, square: true },
  Pvt: { defaults: { size: square(224), ...IMAGENET }, square: true },
  EfficientFormer: {
    defaults: {
      size: square(224),
      crop_size: square(224),
      do_center_crop: true,
      resample: BICUBIC,
      ...IMAGENET,
    },
    square: true,
  },
  EfficientNet: {
    defaults: {
      size: square(346),
      crop_size: square(289),
      rescale_offset: false,
      include_top: true,
      ...STANDARD,
    },
    square: true,
    own: 'EfficientNet',
  },
  ConvNext: { defaults: { size: shortest(384), crop_pct: 224 / 256, ...STANDARD }, own: 'ConvNext' },
  MobileNetV1: { defaults: MOBILE_NET },
  MobileNetV2: { defaults: MOBILE_NET },
  MobileViT: {
    defaults: {
      size: shortest(224),
      crop_size: square(256),
      do_center_crop: true,
      do_flip_channel_order: true,
      do_normalize: false,
    },
    own: 'MobileViT',
  },
  Levit: { defaults: { ...EDGES_OF_224, ...IMAGENET }, own: 'Levit' },
  PoolFormer: { defaults: { ...EDGES_OF_224, crop_pct: 0.9, ...IMAGENET }, own: 'PoolFormer' },
  Detr: { defaults: DETR, objects: 'best-class' },
  Yolos: { defaults: DETR, own: 'Yolos', objects: 'best-class' },
  ConditionalDetr: { defaults: DETR, objects: 'at-most-100' },
  DeformableDetr: { defaults: DETR, objects: 'at-most-100' },
  RTDetr: {
    defaults: { size: square(640), resample: BILINEAR, do_normalize: false, ...IMAGENET },
    objects: 'as-many-as-queries',
  },
}

/** Which of them a model has whose preprocessor_config.json names none, by model_type of config.json. */
export const PROCESSOR_OF_MODEL: Readonly<Record<string, string>> = {
  beit: 'Beit',
  bit: 'Bit',
  clip: 'CLIP',
  clip_vision_model: 'CLIP',
  conditional_detr: 'ConditionalDetr',
  convnext: 'ConvNext',
  convnextv2: 'ConvNext',
  cvt: 'ConvNext',
  d_fine: 'RTDetr',
  'dab-detr': 'ConditionalDetr',
  'data2vec-vision': 'Beit',
  deformable_detr: 'DeformableDetr',
  deit: 'DeiT',
  detr: 'Detr',
  dinat: 'ViT',
  dinov2: 'Bit',
  dinov2_with_registers: 'Bit',
  efficientformer: 'EfficientFormer',
  efficientnet: 'EfficientNet',
  focalnet: 'Bit',
  hiera: 'Bit',
  ijepa: 'ViT',
  levit: 'Levit',
  mobilenet_v1: 'MobileNetV1',
  mobilenet_v2: 'MobileNetV2',
  mobilevit: 'MobileViT',
  mobilevitv2: 'MobileViT',
  nat: 'ViT',
  poolformer: 'PoolFormer',
  pvt: 'Pvt',
  pvt_v2: 'Pvt',
  regnet: 'ConvNext',
  resnet: 'ConvNext',
  rt_detr: 'RTDetr',
  rt_detr_v2: 'RTDetr',
  segformer: 'Segformer',
  siglip: 'Siglip',
  siglip_vision_model: 'Siglip',
  swiftformer: 'ViT',
  swin: 'ViT',
  swinv2: 'ViT',
  'table-transformer': 'Detr',
  van: 'ConvNext',
  vit: 'ViT',
  vit_hybrid: 'ViTHybrid',
  vit_mae: 'ViT',
  vit_msn: 'ViT',
  yolos: 'Yolos',
}
