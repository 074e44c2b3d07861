/** `package`: the archives of the models, checked, named by their hashes, and uploaded. */

import { createClients } from '../aws/clients.ts'
import { readIdentity } from '../aws/identity.ts'
import type { Register } from '../cli/command.ts'
import { type Output, table } from '../cli/output.ts'
import type { Deployment } from '../config/deployment.ts'
import { loadDeployment } from '../config/load.ts'
import { archiveOf, defaultBucket, type Packed, pack } from '../package/archive.ts'
import { upload } from '../package/upload.ts'
import type { Archive } from '../plan/desired.ts'

export const registerPackage: Register = (program, context) => {
  program
    .command('package')
    .description('Packs the model folders and uploads them; with --dry-run only says what would be.')
    .action(async () => {
      const { file, environment, region, dryRun } = context.options()
      const output = context.output()
      const { signal } = context
      const { deployment, warnings } = loadDeployment(file, environment)
      for (const warning of warnings) output.warn(warning)
      const folders = foldersOf(deployment)
      if (folders.length === 0) {
        output.result([], 'No model is a folder: there is nothing to pack.')
        return
      }
      const packed: { archive: Packed; bucket: string | undefined }[] = []
      for (const { path, bucket } of folders) {
        const archive = await pack(path, { signal, onProgress: progress(output, `reading ${path}`) })
        if (archive.leftOut.length > 0) output.warn(`${path}: left out ${archive.leftOut.join(', ')}`)
        packed.push({ archive, bucket })
      }
      const where = (account: string, region: string) =>
        packed.map(({ archive, bucket = defaultBucket({ region, account }) }) => ({
          ...archive,
          ...archiveOf(archive, { endpoint: deployment.endpoint, bucket }),
        }))
      if (dryRun) {
        show(
          output,
          where(deployment.account ?? 'ACCOUNT', region ?? deployment.region ?? 'REGION'),
          'dry run',
        )
        return
      }
      const clients = createClients(region ?? deployment.region)
      const identity = await readIdentity(clients, deployment.account)
      const archives = where(identity.account, identity.region)
      let sent = 0
      for (const archive of archives) {
        const onProgress = progress(output, `uploading ${addressOf(archive)}`, archive.bytes)
        if (await upload(clients.s3, archive, { signal, onProgress })) sent += 1
      }
      show(output, archives, `${sent} of ${archives.length} uploaded; the others were there`)
    })
}

type Folder = { path: string; bucket?: string }

/** Each model folder of a deployment once. */
export const foldersOf = ({ variants, shadow }: Deployment): Folder[] => {
  const models = [...variants, ...(shadow ? [shadow] : [])].map(({ model }) => model)
  const folders = models.filter((model) => typeof model === 'object' && 'path' in model)
  return [...new Map(folders.map((folder) => [folder.path, folder])).values()]
}

const addressOf = ({ bucket, key }: Archive): string => `s3://${bucket}/${key}`

const progress = (output: Output, what: string, total?: number) => (bytes: number) => {
  const share = total === undefined ? '' : ` (${Math.floor((100 * bytes) / total)} %)`
  output.progress(`${what}: ${megabytes(bytes)}${share}`)
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

const show = (output: Output, archives: (Packed & Archive)[], note: string): void => {
  const values = archives.map(({ folder, files, leftOut, sha256, bytes, ...archive }) => ({
    folder,
    sha256,
    bytes,
    files,
    leftOut,
    address: addressOf(archive as Archive),
  }))
  const lines = table(
    [
      { title: 'FOLDER', value: ({ folder }) => folder },
      { title: 'FILES', value: ({ files }) => String(files.length), align: 'right' },
      { title: 'SIZE', value: ({ bytes }) => megabytes(bytes), align: 'right' },
      { title: 'SHA-256', value: ({ sha256 }) => sha256.slice(0, 12) },
      { title: 'ADDRESS', value: ({ address }) => address },
    ],
    values,
  )
  output.result(values, `${lines}\n${note}`)
}
