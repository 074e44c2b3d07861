/** The devices: a row each. Which package brings the runtime, how a session asks for it, and what keeps it from working. */

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

export type Runtime = typeof import('onnxruntime-node')

export type Device = 'cpu' | 'cuda'

type ExecutionProvider = {
  /** npm packages that bring it, the preferred one first. */
  packages: readonly string[]
  /** Shared libraries of the package's folder that it needs. */
  libraries: readonly string[]
}

export const EXECUTION_PROVIDERS: Record<Device, ExecutionProvider> = {
  cpu: { packages: ['onnxruntime-node'], libraries: [] },
  cuda: {
    // onnxruntime-node-gpu may be an alias of onnxruntime-node at a version that is linked to the CUDA at hand.
    packages: ['onnxruntime-node-gpu', 'onnxruntime-node'],
    libraries: ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'],
  },
}

/** The entry file of the first package that is installed. */
export const resolvePackage = (device: Device, from: string = import.meta.url): string => {
  const { resolve } = createRequire(from)
  const found = EXECUTION_PROVIDERS[device].packages.flatMap((name) => {
    try {
      return resolve(name)
    } catch {
      return []
    }
  })
  const [first] = found
  if (first === undefined) throw new Error(`none of ${EXECUTION_PROVIDERS[device].packages} is installed`)
  return first
}

/** Loads ONNX Runtime for a device. Its own log is off: what matters arrives as an error. */
export const loadRuntime = async (device: Device): Promise<Runtime> => {
  const loaded = await import(pathToFileURL(resolvePackage(device)).href)
  const runtime = (loaded.default ?? loaded) as Runtime
  runtime.env.logLevel = 'fatal'
  return runtime
}

/** Loads ONNX Runtime before the device is known, if that makes no difference. */
export const preloadRuntime = (): void => {
  if (resolvePackage('cpu') === resolvePackage('cuda')) loadRuntime('cpu').catch(() => {})
}

/** The folder of the package's native libraries for this platform. */
const nativeFolder = (entry: string): string | undefined => {
  const bin = join(dirname(dirname(entry)), 'bin')
  if (!existsSync(bin)) return undefined
  const folders = readdirSync(bin).map((api) => join(bin, api, process.platform, process.arch))
  return folders.find((folder) => existsSync(folder))
}

/** Libraries that the dynamic linker does not find for `file`; empty if it finds all, or where there is no ldd. */
const unresolvedLibraries = (file: string): string[] => {
  try {
    const lines = execFileSync('ldd', [file], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).split('\n')
    return lines.filter((line) => line.includes('not found')).map((line) => line.trim().split(' ')[0] ?? '')
  } catch {
    return []
  }
}

/** What keeps the device's provider from loading, naming the library that is missing; undefined if nothing is known to. */
export const findProblem = (device: Device, entry: string = resolvePackage(device)): string | undefined => {
  const { libraries } = EXECUTION_PROVIDERS[device]
  if (libraries.length === 0) return undefined
  const folder = nativeFolder(entry)
  if (folder === undefined) return `onnxruntime-node has no libraries for ${process.platform}-${process.arch}`
  const absent = libraries.find((library) => !existsSync(join(folder, library)))
  if (absent !== undefined)
    return `${absent} is missing: onnxruntime-node was installed without its CUDA provider`
  const unresolved = [...new Set(libraries.flatMap((library) => unresolvedLibraries(join(folder, library))))]
  return unresolved.length > 0
    ? `the CUDA provider needs ${unresolved.join(', ')}, not found here`
    : undefined
}
