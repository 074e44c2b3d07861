import { extname } from 'node:path'

const MEDIA_TYPES: Record<string, string> = {
  '.json': 'application/json',
  '.jsonl': 'application/jsonlines',
  '.csv': 'text/csv',
  '.npy': 'application/x-npy',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
}

/** The media type of a request body by the name of its file; undefined where the name does not tell. */
export const mediaTypeOf = (file: string): string | undefined => MEDIA_TYPES[extname(file).toLowerCase()]
