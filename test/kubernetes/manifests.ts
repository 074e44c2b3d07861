/** The manifests in deploy/kubernetes/. */

import { readdirSync, readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { ROOT } from '../fixtures/index.ts'

export type Manifest = { apiVersion: string; kind: string; [key: string]: unknown }
export type ManifestFile = { file: string; manifests: Manifest[] }

/** Every YAML file of deploy/kubernetes/, its path relative to the repository, and what is in it. */
export const manifestFiles = (): ManifestFile[] =>
  (readdirSync(`${ROOT}deploy/kubernetes`, { recursive: true }) as string[])
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((name) => {
      const file = `deploy/kubernetes/${name}`
      const documents = parseAllDocuments(readFileSync(`${ROOT}${file}`, 'utf8'))
      return { file, manifests: documents.map((document) => document.toJS() as Manifest) }
    })

/** The only manifest of this kind. */
export const manifest = <T>(kind: string): T => {
  const found = manifestFiles()
    .flatMap(({ manifests }) => manifests)
    .filter((candidate) => candidate.kind === kind)
  if (found.length !== 1) throw new Error(`${found.length} manifests have the kind ${kind}`)
  return found[0] as T
}
