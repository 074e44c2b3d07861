/** What is put into /opt/ml/model: an archive unpacked, or the objects under a prefix as they are. Unpacked once for all instances. */

import { createHash } from 'node:crypto'
import { cp, mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { extract } from 'tar'
import type { ContainerDefinition } from '../models/sagemaker.ts'
import type { S3 } from '../services/s3/s3.ts'
import { StartFailure } from './start-failure.ts'

const parseUri = (uri: string): { bucket: string; key: string } => {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? []
  return { bucket, key }
}

type Source = { uri: string; kind: 'archive' | 'object' | 'prefix' }

/** Where a container's model comes from; undefined where it has none but what is in the image. */
export const modelSource = ({ ModelDataUrl, ModelDataSource }: ContainerDefinition): Source | undefined => {
  const source = ModelDataSource?.S3DataSource
  if (source?.S3Uri !== undefined) {
    if (source.S3DataType === 'S3Prefix') return { uri: source.S3Uri, kind: 'prefix' }
    return { uri: source.S3Uri, kind: source.CompressionType === 'Gzip' ? 'archive' : 'object' }
  }
  return ModelDataUrl === undefined || ModelDataUrl === ''
    ? undefined
    : { uri: ModelDataUrl, kind: 'archive' }
}

/** True if there is something in S3 to be loaded. */
export const modelExists = (s3: S3, { uri, kind }: Source): boolean => {
  const { bucket, key } = parseUri(uri)
  return kind === 'prefix' ? s3.under(bucket, key).length > 0 : s3.locate(bucket, key) !== undefined
}

const notFound = (uri: string) =>
  new StartFailure(
    `Failed to download model data for container "container_1" from URL: "${uri}". Please ensure that there is an object ` +
      'located at the URL and that the role passed to CreateModel has permissions to download the object.',
  )

const cannotUnpack = (uri: string, why: string) =>
  new StartFailure(
    `Failed to extract model data archive from URL "${uri}" for container "container_1": ${why}. Please ensure that the ` +
      'object located at the URL is a valid tar.gz archive.',
  )

const LINKS = ['SymbolicLink', 'Link']

const unpack = async (uri: string, archive: string, folder: string): Promise<void> => {
  let link: string | undefined
  try {
    await extract({
      file: archive,
      cwd: folder,
      strict: true,
      filter: (path, entry) => {
        if ('type' in entry && LINKS.includes(entry.type)) link = path
        return link === undefined
      },
    })
  } catch (error) {
    throw cannotUnpack(uri, (error as Error).message)
  }
  // SageMaker developer guide, "Troubleshooting Amazon SageMaker model deployments": links fail the creation of the model.
  if (link !== undefined) throw cannotUnpack(uri, `${link} is a link`)
}

const copyAll = async (objects: readonly { name: string; path: string }[], folder: string): Promise<void> => {
  for (const { name, path } of objects) {
    const target = resolve(folder, name)
    if (name.endsWith('/')) continue
    if (!target.startsWith(folder + sep)) throw new StartFailure(`The key ${name} leaves the model's folder.`)
    await mkdir(dirname(target), { recursive: true })
    await cp(path, target)
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/**
 * The folder with the model in it, made at the first call for these bytes.
 *
 * @throws StartFailure, worded as SageMaker words it, when there is nothing there or it cannot be unpacked
 */
export const createModelFolders = (s3: S3, root: string) => {
  const underway = new Map<string, Promise<string>>()

  const make = async (folder: string, fill: (temporary: string) => Promise<void>): Promise<string> => {
    if (await exists(folder)) return folder
    const temporary = `${folder}.partial`
    await rm(temporary, { recursive: true, force: true })
    await mkdir(temporary, { recursive: true })
    try {
      await fill(temporary)
      await rename(temporary, folder)
    } catch (error) {
      await rm(temporary, { recursive: true, force: true })
      throw error
    }
    return folder
  }

  return async (container: ContainerDefinition): Promise<string | undefined> => {
    const source = modelSource(container)
    if (source === undefined) return undefined
    const { uri, kind } = source
    const { bucket, key } = parseUri(uri)
    const objects =
      kind === 'prefix'
        ? s3.under(bucket, key).map((object) => ({ ...object, name: object.key.slice(key.length) }))
        : [s3.locate(bucket, key)].flatMap((found) =>
            found === undefined ? [] : [{ ...found, key, name: key.split('/').at(-1) ?? key }],
          )
    const [first] = objects
    if (first === undefined) throw notFound(uri)
    const identity = JSON.stringify([kind, objects.map(({ name, etag }) => [name, etag])])
    // The server calls a model by its folder's name, which is `model` in a container.
    const folder = join(root, createHash('sha256').update(identity).digest('hex').slice(0, 24), 'model')
    const fill = (temporary: string) =>
      kind === 'archive' ? unpack(uri, first.path, temporary) : copyAll(objects, temporary)
    const running = underway.get(folder) ?? make(folder, fill).finally(() => underway.delete(folder))
    underway.set(folder, running)
    return running
  }
}

export type ModelFolders = ReturnType<typeof createModelFolders>
