/**
 * The files of a zip archive in memory. yauzl reads the directory (Zip64 too); the files are inflated here, on a thread of
 * libuv's, so that no more is inflated than the directory says and their checksums are held against it.
 */

import { promisify } from 'node:util'
import { inflateRaw, type ZlibOptions } from 'node:zlib'
import { type Entry, fromBufferPromise, getFileNameLowLevel, type ZipFile } from 'yauzl'
import { ServingError } from '../../errors.ts'
import { quote } from '../../words.ts'
import type { Allowance } from '../allowance.ts'
import { crc32 } from './crc32.ts'

const inflate = promisify<Uint8Array, ZlibOptions, Uint8Array>(inflateRaw)

/** Bytes of all files of an archive together, once they are inflated. */
export const MAX_UNZIPPED_BYTES = 64 * 2 ** 20

const STORED = 0
const DEFLATED = 8

const invalid = (message: string): ServingError =>
  new ServingError('ERR_INVALID_BODY', `the body is not a zip archive that can be read: ${message}`)

/**
 * The archive's files by name. Stored ones are views of the body.
 *
 * @param maxFiles more of them are an error
 * @throws ServingError ERR_INVALID_BODY, ERR_BODY_TOO_LARGE, and what `allowance` throws
 */
export const readZip = async (
  body: Uint8Array,
  maxFiles: number,
  allowance?: Allowance,
): Promise<Map<string, Uint8Array>> => {
  const archive = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const files = new Map<string, Uint8Array>()
  for (const { name, entry, start } of await readDirectory(archive, maxFiles)) {
    if (files.has(name)) throw invalid(`it has ${quote(name)} twice`)
    allowance?.signal.throwIfAborted()
    const packed = archive.subarray(start, start + entry.compressedSize)
    files.set(name, await readFile(packed, quote(name), entry, allowance))
  }
  return files
}

type Found = { name: string; entry: Entry; start: number }

/** Where the files are; refused before any is inflated if they are too many or too large. */
const readDirectory = async (archive: Buffer, maxFiles: number): Promise<Found[]> => {
  const found: Found[] = []
  let bytes = 0
  try {
    // Names are those of inputs and no paths, so yauzl is not to refuse x:0.npy for a drive's letter.
    const zip: ZipFile = await fromBufferPromise(archive, { decodeStrings: false })
    for await (const entry of zip.eachEntry()) {
      if (found.length === maxFiles) throw invalid(`it has more than ${maxFiles} files, one for each input`)
      bytes += entry.uncompressedSize
      if (bytes > MAX_UNZIPPED_BYTES) {
        throw new ServingError(
          'ERR_BODY_TOO_LARGE',
          `the files of the archive have more than ${MAX_UNZIPPED_BYTES} bytes once they are inflated; send fewer rows`,
        )
      }
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
      found.push({ name: nameOf(entry), entry, start: fileDataStart })
    }
  } catch (error) {
    if (error instanceof ServingError) throw error
    throw invalid((error as Error).message)
  }
  return found
}

const nameOf = ({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string =>
  getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true)

/** @param name of the file, for messages */
const readFile = async (
  packed: Buffer,
  name: string,
  entry: Entry,
  allowance?: Allowance,
): Promise<Uint8Array> => {
  const { compressionMethod, uncompressedSize } = entry
  if (entry.isEncrypted()) throw invalid(`${name} is encrypted`)
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED)
    throw invalid(`${name} is compressed by method ${compressionMethod}; store or deflate it`)
  let bytes: Uint8Array = packed
  if (compressionMethod === DEFLATED) {
    allowance?.hold(uncompressedSize)
    bytes = await inflate(packed, { maxOutputLength: Math.max(1, uncompressedSize) }).catch(
      (error: Error) => {
        throw invalid(`${name} cannot be inflated to its ${uncompressedSize} bytes: ${error.message}`)
      },
    )
  }
  if (bytes.length !== uncompressedSize)
    throw invalid(`${name} has ${bytes.length} bytes, the archive says ${uncompressedSize}`)
  if (crc32(bytes) !== entry.crc32) throw invalid(`the checksum of ${name} is wrong`)
  return bytes
}
