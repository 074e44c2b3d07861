/**
 * Every metric: its name, labels, buckets and help. The only file that imports prom-client.
 * docs/metrics.md is held against this table by a test. Labels have few values, since scraped series are paid for.
 */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Events } from './events.ts'

/** 0.1 ms to about 60 s, each 2.5 or so times the one before. */
const SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60,
]
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]

export const METRICS = {
  requests: {
    type: 'counter',
    name: 'serving_requests_total',
    labels: ['route', 'status'],
    help: 'HTTP responses.',
  },
  requestSeconds: {
    type: 'histogram',
    name: 'serving_request_duration_seconds',
    labels: ['route'],
    buckets: SECONDS,
    help: 'From the arrival of the headers to the end of the response.',
  },
  errors: {
    type: 'counter',
    name: 'serving_errors_total',
    labels: ['code'],
    help: 'Errors that clients were sent.',
  },
  queueSize: {
    type: 'gauge',
    name: 'serving_queue_requests',
    labels: [],
    help: 'Requests that wait for a worker.',
  },
  queueSeconds: {
    type: 'histogram',
    name: 'serving_queue_wait_seconds',
    labels: [],
    buckets: SECONDS,
    help: 'Time that a request waited for a worker.',
  },
  batchRequests: {
    type: 'histogram',
    name: 'serving_batch_requests',
    labels: [],
    buckets: SIZES,
    help: 'Requests in one batch.',
  },
  batchSeconds: {
    type: 'histogram',
    name: 'serving_batch_duration_seconds',
    labels: [],
    buckets: SECONDS,
    help: 'From the dispatch of a batch to a worker until all its replies are there.',
  },
  runRows: {
    type: 'histogram',
    name: 'serving_run_rows',
    labels: [],
    buckets: SIZES,
    help: 'Rows in one run of the model.',
  },
  runSeconds: {
    type: 'histogram',
    name: 'serving_run_duration_seconds',
    labels: [],
    buckets: SECONDS,
    help: 'One run of the model in ONNX Runtime.',
  },
  decodeSeconds: {
    type: 'histogram',
    name: 'serving_decode_duration_seconds',
    labels: [],
    buckets: SECONDS,
    help: 'Parsing and preprocessing of all requests of one batch.',
  },
  dropped: {
    type: 'counter',
    name: 'serving_dropped_requests_total',
    labels: ['reason'],
    help: 'Requests that were not computed: the client had gone (cancelled), the deadline had passed (deadline), or they were refused (refused).',
  },
  retries: {
    type: 'counter',
    name: 'serving_retried_requests_total',
    labels: [],
    help: 'Requests given to another worker after theirs had died.',
  },
  workers: {
    type: 'gauge',
    name: 'serving_workers',
    labels: ['state'],
    help: 'Worker processes by state: ready, starting.',
  },
  workerExits: {
    type: 'counter',
    name: 'serving_worker_exits_total',
    labels: [],
    help: 'Workers that exited unexpectedly.',
  },
  health: {
    type: 'gauge',
    name: 'serving_health',
    labels: ['state'],
    help: '1 for the state that the server is in: starting, ready, degraded, broken, draining.',
  },
} as const

type Row = (typeof METRICS)[keyof typeof METRICS]
type Instrument<R extends Row> = R['type'] extends 'counter'
  ? Counter<R['labels'][number]>
  : R['type'] extends 'gauge'
    ? Gauge<R['labels'][number]>
    : Histogram<R['labels'][number]>

export type Metrics = { [K in keyof typeof METRICS]: Instrument<(typeof METRICS)[K]> } & {
  contentType: string
  /** The whole registry in Prometheus' text format. */
  text(): Promise<string>
}

/** A registry of its own, with the process's default metrics. `collect` runs before each scrape, to set gauges. */
export const createMetrics = (collect: (metrics: Metrics) => void = () => {}): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const instruments = Object.entries(METRICS).map(([key, row]) => {
    const options = { name: row.name, help: row.help, labelNames: [...row.labels], registers: [registry] }
    if (row.type === 'counter') return [key, new Counter(options)]
    if (row.type === 'gauge') return [key, new Gauge(options)]
    return [key, new Histogram({ ...options, buckets: [...row.buckets] })]
  })
  const metrics: Metrics = {
    ...Object.fromEntries(instruments),
    contentType: registry.contentType,
    text: () => {
      collect(metrics)
      return registry.metrics()
    },
  }
  return metrics
}

/** Records what happens to requests; times of events are milliseconds. */
export const recordIn = (metrics: Metrics): Events => ({
  dispatched: (milliseconds) => metrics.queueSeconds.observe(milliseconds / 1000),
  batchDone: (requests, milliseconds, { decodeSeconds, runs }) => {
    metrics.batchRequests.observe(requests)
    metrics.batchSeconds.observe(milliseconds / 1000)
    metrics.decodeSeconds.observe(decodeSeconds)
    for (const { rows, seconds } of runs) {
      metrics.runRows.observe(rows)
      metrics.runSeconds.observe(seconds)
    }
  },
  dropped: (reason) => metrics.dropped.inc({ reason }),
  retried: (requests) => metrics.retries.inc(requests),
})
