import { createClients } from '../aws/clients.ts'
import { readIdentity } from '../aws/identity.ts'
import { type Context, DRY_RUN_OPTION, type Register } from '../cli/command.ts'
import { type Output, table } from '../cli/output.ts'
import { ownerOf } from '../config/deployment.ts'
import { fleetsOf, type WithFleets } from '../config/fleets.ts'
import { loadAny } from '../config/load.ts'
import { archiveOf, defaultBucket, type Packed, pack } from '../package/archive.ts'
import { ensureBucket } from '../package/bucket.ts'
import { upload } from '../package/upload.ts'

export const registerPackage: Register = (program, context) => {
  program
    .command('package')
    .description('Packs the model folders and uploads them; with --dry-run only says what would be.')
    .option(...DRY_RUN_OPTION)
    .addHelpText('after', '\nExample: onnx-serving-endpoint package --dry-run')
    .action(() => runPackage(context))
}

/** A folder's archive, and what is known of its place. */
type Row = { packed: Packed; bucket: string; key: string; state: 'uploaded' | 'was there' | 'dry run' }

const runPackage = async ({ options, output: createOutput, signal }: Context): Promise<void> => {
  const { file, environment, region: asked, dryRun } = options()
  const output = createOutput()
  const { deployment, warnings } = loadAny(file, environment)
  for (const warning of warnings) output.warn(warning)
  const { account: guard } = deployment
  const owner = ownerOf(deployment)
  const region = asked ?? deployment.region

  const archives: { packed: Packed; own: string | undefined }[] = []
  for (const { path, bucket } of foldersOf(deployment)) {
    const packed = await pack(path, { signal, onProgress: progress(output, `reading ${path}`) })
    if (packed.leftOut.length > 0) output.warn(`${path}: left out ${packed.leftOut.join(', ')}`)
    archives.push({ packed, own: bucket })
  }
  if (dryRun || archives.length === 0) {
    const fallback = defaultBucket({ region: region ?? 'REGION', account: guard ?? 'ACCOUNT' })
    const rows = archives.map(({ packed, own: bucket = fallback }): Row => {
      return { packed, bucket, key: archiveOf(packed, { owner, bucket }).key, state: 'dry run' }
    })
    return show(output, rows)
  }

  const clients = createClients(region)
  const identity = await readIdentity(clients, guard)
  const rows: Row[] = []
  for (const { packed, own: bucket = defaultBucket(identity) } of archives) {
    const archive = archiveOf(packed, { owner, bucket })
    await ensureBucket(clients.s3, bucket, identity.region)
    const onProgress = progress(output, `uploading to s3://${bucket}/${archive.key}`, packed.bytes)
    const isSent = await upload(clients.s3, archive, { signal, onProgress })
    rows.push({ packed, bucket, key: archive.key, state: isSent ? 'uploaded' : 'was there' })
  }
  show(output, rows)
}

type Folder = { path: string; bucket?: string }

/** Each model folder of a deployment once. */
const foldersOf = (deployment: WithFleets): Folder[] => {
  const models = fleetsOf(deployment).map(({ model }) => model)
  const folders = models.filter((model) => typeof model === 'object' && 'path' in model)
  return [...new Map(folders.map((folder) => [folder.path, folder])).values()]
}

const progress = (output: Output, what: string, total?: number) => (bytes: number) => {
  const share = total === undefined ? '' : ` (${Math.floor((100 * bytes) / total)} %)`
  output.progress(`${what}: ${size(bytes)}${share}`)
}

const size = (bytes: number): string =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

const addressOf = ({ bucket, key }: Row): string => `s3://${bucket}/${key}`

const show = (output: Output, rows: readonly Row[]): void => {
  const values = rows.map((row) => ({ ...row.packed, address: addressOf(row), state: row.state }))
  const text = table<Row>(
    [
      { title: 'FOLDER', value: ({ packed }) => packed.folder },
      { title: 'FILES', value: ({ packed }) => String(packed.files.length), align: 'right' },
      { title: 'SIZE', value: ({ packed }) => size(packed.bytes), align: 'right' },
      { title: 'SHA-256', value: ({ packed }) => packed.sha256.slice(0, 12) },
      { title: 'ADDRESS', value: addressOf },
      { title: '', value: ({ state }) => state },
    ],
    rows,
  )
  output.result(values, rows.length === 0 ? 'No model is a folder: there is nothing to pack.' : text)
}
