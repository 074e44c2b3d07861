import { extname } from 'node:path'

/** As the server's codecs have them, which a test compares: the codecs themselves would bring their libraries along. */
const BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ['.json', 'application/json'],
  ['.jsonl', 'application/jsonlines'],
  ['.csv', 'text/csv'],
  ['.libsvm', 'text/libsvm'],
  ['.svm', 'text/libsvm'],
  ['.svmlight', 'text/libsvm'],
  ['.npy', 'application/x-npy'],
  ['.npz', 'application/x-npz'],
  ['.png', 'image/png'],
  ['.jpg', 'image/jpeg'],
  ['.jpeg', 'image/jpeg'],
  ['.webp', 'image/webp'],
  ['.gif', 'image/gif'],
])

/** The media type of a request body by the name of its file; undefined where the name does not tell. */
export const mediaTypeOf = (file: string): string | undefined => BY_EXTENSION.get(extname(file).toLowerCase())
