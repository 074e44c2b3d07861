/** Where the kernel says what this process may use: the folders of its cgroups, version 1 and 2 (cgroups(7)). */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The text of a file without white space around it; undefined if it cannot be read. */
export const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** The folders from a cgroup up to the hierarchy's root: a limit at any level binds. */
const upwards = (mount: string, path: string): string[] => {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..')
  return parts.map((_, index) => join(mount, ...parts.slice(0, parts.length - index))).concat(mount)
}

/** Lines of /proc/self/cgroup are `id:controllers:path`; version 2 has no controllers. */
export const cgroupFolders = (root: string, controller: string): { v2: string[]; v1: string[] } => {
  const lines = (read(join(root, 'proc/self/cgroup')) ?? '').split('\n').map((line) => line.split(':'))
  const v2Path = lines.find(([, controllers]) => controllers === '')?.[2] ?? '/'
  const v1Path = lines.find(([, controllers]) => controllers?.split(',').includes(controller))?.[2] ?? '/'
  const mount = join(root, 'sys/fs/cgroup')
  return { v2: upwards(mount, v2Path), v1: upwards(join(mount, controller), v1Path) }
}
