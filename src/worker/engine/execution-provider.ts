/** A device's runtime: which installed package brings it, and what keeps it from working. */

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DEVICE_NAMES, type Device, deviceRow } from '../../protocol/devices.ts'

export type Runtime = typeof import('onnxruntime-node')

/** The entry file of the first package that is installed. */
export const resolvePackage = (device: Device, from: string = import.meta.url): string => {
  const { resolve } = createRequire(from)
  const { packages } = deviceRow(device)
  const found = packages.flatMap((name) => {
    try {
      return resolve(name)
    } catch {
      return []
    }
  })
  const [first] = found
  if (first === undefined) throw new Error(`none of ${packages} is installed`)
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
  const [first, ...others] = DEVICE_NAMES
  if (others.every((device) => resolvePackage(device) === resolvePackage(first)))
    loadRuntime(first).catch(() => {})
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

/** Why the provider does not load, and whether all is here but the driver of the machine. */
const lack = (device: Device, entry: string): { reason: string; isDriver: boolean } | undefined => {
  const { libraries, driver, title } = deviceRow(device)
  const of = (reason: string, isDriver = false) => ({ reason, isDriver })
  if (libraries.length === 0) return undefined
  const folder = nativeFolder(entry)
  if (folder === undefined)
    return of(`onnxruntime-node has no libraries for ${process.platform}-${process.arch}`)
  const absent = libraries.find((library) => !existsSync(join(folder, library)))
  if (absent !== undefined)
    return of(`${absent} is missing: onnxruntime-node was installed without its ${title} provider`)
  const unresolved = [...new Set(libraries.flatMap((library) => unresolvedLibraries(join(folder, library))))]
  const [first] = unresolved
  if (first === undefined) return undefined
  if (unresolved.length === 1 && first === driver)
    return of(
      `${driver}, which the driver brings, is not here; start the container with its devices, e.g. docker run --gpus all`,
      true,
    )
  return of(`the ${title} provider needs ${unresolved.join(', ')}, not found here`)
}

/** What keeps the device's provider from loading, naming the library that is missing; undefined if nothing is known to. */
export const findProblem = (device: Device, entry: string = resolvePackage(device)): string | undefined =>
  lack(device, entry)?.reason

/** True where all is installed that the device needs but its driver, as in an image that is made for it. */
export const isInstalled = (device: Device, entry: string = resolvePackage(device)): boolean =>
  lack(device, entry)?.isDriver ?? true
