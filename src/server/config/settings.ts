/**
 * Every setting: its name, where it is read from, its default and its meaning.
 * docs/configuration.md is held against this table by a test.
 */

import { tmpdir } from 'node:os'
import { BUNDLED_MODEL } from '../../places.ts'
import { DEFAULT_MAX_BATCH_SIZE, DEFAULT_MEDIA_TYPE } from '../../protocol/defaults.ts'
import { DEVICE_NAMES, deviceRow, FALLBACK_DEVICE } from '../../protocol/devices.ts'
import { MOST_WORKERS } from '../machine/layout.ts'
import type { Lambda } from './lambda.ts'

export type Kind =
  | { kind: 'string' }
  | { kind: 'integer'; min: number; max: number }
  | { kind: 'auto-integer'; min: number; max: number }
  | { kind: 'choice'; values: readonly string[] }
  | { kind: 'log-level' }

/** `times` converts a variable's unit to the setting's; `zero` is what 0 stands for where it means no limit. */
export type Unit = { times: number; zero?: number }

export type Variable = string | ({ name: string } & Unit)

export type Setting = Kind & { default: string | number; variables: readonly Variable[]; meaning: string }

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const OTHERS = DEVICE_NAMES.filter((device) => device !== FALLBACK_DEVICE).map(deviceRow)

export const SETTINGS = {
  model: {
    kind: 'string',
    default: BUNDLED_MODEL,
    variables: ['MODEL_S3_URI', 'SERVING_MODEL'],
    meaning:
      'Folder with model.onnx and, if needed, serving.yaml; or one ONNX file. In the container /opt/ml/model. Or where it is in S3, fetched at the start: s3://BUCKET/KEY.tar.gz, s3://BUCKET/KEY.onnx, s3://BUCKET/FOLDER/.',
  },
  modelSha256: {
    kind: 'string',
    default: 'none',
    variables: ['MODEL_SHA256'],
    meaning:
      'What the object in S3 must be: its SHA-256, 64 hexadecimal digits; a model that is elsewhere has none. none: it is held against the checksum that S3 has of it alone.',
  },
  host: {
    kind: 'string',
    default: '0.0.0.0',
    variables: ['SERVING_HOST'],
    meaning: 'Address to listen on when nginx is not used.',
  },
  port: {
    kind: 'integer',
    min: 1,
    max: 65535,
    default: 8080,
    variables: ['SAGEMAKER_BIND_TO_PORT', 'SERVING_PORT'],
    meaning: 'Port to listen on.',
  },
  front: {
    kind: 'choice',
    values: ['none', 'nginx'],
    default: 'none',
    variables: ['SERVING_FRONT'],
    meaning: 'What accepts connections: the server itself, or nginx in front of it. In the container nginx.',
  },
  device: {
    kind: 'choice',
    values: ['auto', ...DEVICE_NAMES],
    default: 'auto',
    variables: ['SERVING_DEVICE'],
    meaning: `Where the model runs. auto: ${OTHERS.map(({ title }) => title).join(' or ')} if its provider loads, else ${deviceRow(FALLBACK_DEVICE).title}, with a warning where the machine has such a device.`,
  },
  workers: {
    kind: 'auto-integer',
    min: 1,
    max: 256,
    default: 'auto',
    variables: ['SERVING_WORKERS', 'SAGEMAKER_MODEL_SERVER_WORKERS'],
    meaning: `Worker processes. auto: one for each CPU of the budget, at most ${MOST_WORKERS}; ${OTHERS.map(({ workers, title }) => `${workers} on ${title}, if there are CPUs and memory of the card for them`).join(', ')}.`,
  },
  threads: {
    kind: 'auto-integer',
    min: 1,
    max: 256,
    default: 'auto',
    variables: ['SERVING_THREADS'],
    meaning: 'Threads of each worker under load. auto: the CPU budget divided by the workers.',
  },
  maxBatchSize: {
    kind: 'auto-integer',
    min: 1,
    max: 65536,
    default: 'auto',
    variables: ['SERVING_MAX_BATCH_SIZE'],
    meaning: `Most rows in one run, and most requests in a batch. auto: limits.maxBatchSize of serving.yaml, else ${DEFAULT_MAX_BATCH_SIZE}.`,
  },
  maxBatchDelayMs: {
    kind: 'integer',
    min: 0,
    max: 60_000,
    default: 0,
    variables: ['SERVING_MAX_BATCH_DELAY_MS'],
    meaning:
      'How long a request may be held back for others to join its batch. Batches form under load without it.',
  },
  maxQueueSize: {
    kind: 'integer',
    min: 1,
    max: 1_000_000,
    default: 10_000,
    variables: ['SERVING_MAX_QUEUE_SIZE'],
    meaning: 'Most requests that may wait; one more is refused with 503.',
  },
  maxQueueBytes: {
    kind: 'auto-integer',
    min: 1024,
    max: 2 ** 40,
    default: 'auto',
    variables: ['SERVING_MAX_QUEUE_BYTES'],
    meaning:
      'Most bytes of bodies and replies that the server may hold at once, from their first byte; what is beyond it is refused with 503. auto: 512 MiB, or an eighth of the memory that the cgroup allows if that is less.',
  },
  maxBodyBytes: {
    kind: 'integer',
    min: 1024,
    max: 2 ** 30,
    default: 25 * 2 ** 20,
    variables: [
      'SERVING_MAX_BODY_BYTES',
      { name: 'SAGEMAKER_MAX_PAYLOAD_IN_MB', times: 2 ** 20, zero: 2 ** 30 },
    ],
    meaning: 'Largest body; a larger one is refused with 413.',
  },
  startTimeoutMs: {
    kind: 'integer',
    min: 100,
    max: 3_600_000,
    default: 300_000,
    variables: ['SERVING_START_TIMEOUT_MS'],
    meaning: 'How long a process may take to load the model. One that takes longer is killed.',
  },
  requestTimeoutMs: {
    kind: 'integer',
    min: 10,
    max: 3_600_000,
    default: 55_000,
    variables: ['SERVING_REQUEST_TIMEOUT_MS', { name: 'SAGEMAKER_MODEL_SERVER_TIMEOUT', times: 1000 }],
    meaning: 'Deadline of a request, from its arrival. SageMaker itself gives up after 60 s.',
  },
  drainTimeoutMs: {
    kind: 'integer',
    min: 0,
    max: 3_600_000,
    default: 25_000,
    variables: ['SERVING_DRAIN_TIMEOUT_MS'],
    meaning: 'How long requests may take to finish after SIGTERM. SageMaker kills after 30 s.',
  },
  defaultAccept: {
    kind: 'string',
    default: DEFAULT_MEDIA_TYPE,
    variables: ['SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT'],
    meaning: 'Media type of a reply when the request has no Accept, or */*.',
  },
  tempDir: {
    kind: 'string',
    default: tmpdir(),
    variables: ['SERVING_TEMP_DIR'],
    meaning: 'The only folder that is written to.',
  },
  logLevel: {
    kind: 'log-level',
    default: 'info',
    variables: ['SERVING_LOG_LEVEL', 'SAGEMAKER_CONTAINER_LOG_LEVEL'],
    meaning: `One of ${LOG_LEVELS.join(', ')}, or a number as in Python: 10 is debug, 50 fatal.`,
  },
  logFormat: {
    kind: 'choice',
    values: ['auto', 'json', 'text'],
    default: 'auto',
    variables: ['SERVING_LOG_FORMAT'],
    meaning: 'auto: text without nginx in front, else JSON lines.',
  },
} as const satisfies Record<string, Setting>

type ValueOf<S extends Kind> = S extends { kind: 'integer' }
  ? number
  : S extends { kind: 'auto-integer' }
    ? number | 'auto'
    : S extends { kind: 'choice'; values: readonly (infer V)[] }
      ? V
      : S extends { kind: 'log-level' }
        ? (typeof LOG_LEVELS)[number]
        : string

export type Config = {
  readonly [K in keyof typeof SETTINGS]: ValueOf<(typeof SETTINGS)[K]>
} & { readonly lambda?: Lambda }

export const flagOf = (key: string): string =>
  `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

export const variableName = (variable: Variable): string =>
  typeof variable === 'string' ? variable : variable.name
