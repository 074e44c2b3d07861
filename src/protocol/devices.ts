/** The devices: a row each, and nothing else in src/ names one. Read by the server and by the workers. */

type DeviceRow = {
  /** npm packages that bring its runtime, the preferred one first. */
  packages: readonly string[]
  /** Shared libraries of the package's folder that it needs. */
  libraries: readonly string[]
  /** What of them the machine's driver brings, and no package or image. */
  driver?: string
  /** Files of which one is there where the machine has such a device. */
  nodes: readonly string[]
  /** What it is called in messages. */
  title: string
  /** How many workers keep it busy: one for each CPU that the server may use, or at most so many. */
  workers: 'for each CPU' | number
  /** A command that prints the free memory of each card in MiB, a line each. A second worker is started where there is room for it. */
  freeMemory?: readonly string[]
  /** ONNX Runtime keeps what a session's largest run took of the memory, rather than giving it back. */
  arena: boolean
  /** A shape costs something before its first run, so batches have a few fixed sizes. */
  buckets: boolean
  /** Workers can load a copy of the optimised graph and share its weights. */
  canWriteOptimised: boolean
  /** What a run takes is CPU time of the worker. */
  runsOnCpu: boolean
  /** An index that lies outside its table is an error, and not whatever lies there. */
  checksIndices: boolean
  /**
   * Of runs of texts, which are filled up to one length: the most tokens in a run, and what a run costs whatever is in it, in
   * tokens (docs/decisions/0013).
   */
  texts: { mostTokens: number; runTokens: number }
  /** The least share of the largest value by which two results may differ: how short mantissas become. */
  tolerance: number
}

/** The first is where a model runs if no other device works. */
export const DEVICES = {
  cpu: {
    packages: ['onnxruntime-node'],
    libraries: [],
    nodes: [],
    title: 'the CPU',
    workers: 'for each CPU',
    // An arena keeps what its session's largest run took; without one, runs cost no more (benchmark/programs/arena.ts).
    arena: false,
    buckets: false,
    canWriteOptimised: true,
    runsOnCpu: true,
    checksIndices: true,
    texts: { mostTokens: 512, runTokens: 10 },
    tolerance: 0,
  },
  cuda: {
    // onnxruntime-node-gpu may be an alias of onnxruntime-node at a version that is linked to the CUDA at hand.
    packages: ['onnxruntime-node-gpu', 'onnxruntime-node'],
    libraries: ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'],
    driver: 'libcuda.so.1',
    // NVIDIA's driver on Linux, and the one that Windows lends to WSL.
    nodes: ['/dev/nvidiactl', '/dev/dxg'],
    title: 'CUDA',
    // One reads and writes while the card computes for the other (docs/decisions/0008).
    workers: 2,
    freeMemory: ['nvidia-smi', '--query-gpu=memory.free', '--format=csv,noheader,nounits'],
    arena: true,
    buckets: true,
    canWriteOptimised: false,
    runsOnCpu: false,
    checksIndices: false,
    // Not measured: 32 texts of 512 tokens, and a launch of a few milliseconds.
    texts: { mostTokens: 16_384, runTokens: 500 },
    // float32 is multiplied with the 10-bit mantissas of TF32.
    tolerance: 1e-2,
  },
} as const satisfies Record<string, DeviceRow>

export type Device = keyof typeof DEVICES

export const DEVICE_NAMES = Object.keys(DEVICES) as [Device, ...Device[]]

/** Where a model runs if no other device works. */
export const [FALLBACK_DEVICE] = DEVICE_NAMES

/** A row as what every row is, so that whoever reads it need not know which it is. */
export const deviceRow = (device: Device): DeviceRow => DEVICES[device]
