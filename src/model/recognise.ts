/** What a file or a folder without an ONNX model is, and what to do about it. Reads the first bytes of files only. */

import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { quote } from '../words.ts'
import { type Head, KINDS, type Kind } from './kinds.ts'

/** The class of a pickled model, or the root of an XML file, stands within these. */
const HEAD_BYTES = 2048

/** A folder of more files than this is looked into in part. */
const MOST_FILES = 50

/** Undefined for what is no regular file or cannot be read. A FIFO is not waited for. */
export const readHead = (file: string): Head | undefined => {
  let descriptor: number | undefined
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) return undefined
    const buffer = Buffer.alloc(HEAD_BYTES)
    return {
      text: buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, HEAD_BYTES, 0)),
      bytes: stats.size,
    }
  } catch {
    return undefined
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

const kindOf = (name: string, head: Head | undefined): Kind | undefined =>
  (head && KINDS.find(({ magic }) => magic?.(head))) ?? KINDS.find((kind) => kind.name?.test(name))

const sentence = (name: string, { what, advice }: Kind): string => `${quote(name)} is ${what}: ${advice}`

/** One sentence about a file that is known to be something else than a model, whatever it is called. */
export const foreignContent = (file: string, name: string): string | undefined => {
  const head = readHead(file)
  if (head?.bytes === 0) return `${quote(name)} is empty: copy the file again`
  const kind = head && KINDS.find(({ magic }) => magic?.(head))
  return kind && sentence(name, kind)
}

/** The same, by its name as well. */
export const foreignFile = (file: string, name: string): string | undefined => {
  const kind = kindOf(name, readHead(file))
  return kind && sentence(name, kind)
}

const HUGGING_FACE = ['tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json', 'vocab.txt']

/** Folders that are known by a file of theirs, whatever else lies there. */
const LAYOUTS: readonly { file: RegExp; sentence: string }[] = [
  {
    file: /^model_index\.json$/,
    sentence:
      'it is a pipeline of diffusers, whose models run many times for a picture, which is not supported: serve each of them by a folder of its own, or the pipeline in Python',
  },
  {
    file: /^adapter_config\.json$/,
    sentence:
      'it is an adapter, and not a model: merge it in Python with `AutoPeftModel.from_pretrained("DIR").merge_and_unload().save_pretrained("MERGED")`, save the tokenizer there too, then "optimum-cli export onnx --model MERGED OUT"',
  },
  {
    file: /\.gguf$/i,
    sentence: 'it is a model for llama.cpp: GGUF is not served; serve it with llama.cpp',
  },
]

/**
 * One sentence about a folder in which there is no model: what it is, as far as that can be told.
 * @param names what lies in it, sorted
 * @param isModel whether a name is one of a model
 */
export const foreignFolder = (
  folder: string,
  names: readonly string[],
  isModel: (name: string) => boolean,
): string | undefined => {
  if (names.includes('saved_model.pb'))
    return 'it is a TensorFlow SavedModel: "pip install tf2onnx", then "python -m tf2onnx.convert --saved-model DIR --output model.onnx"'
  const other = LAYOUTS.find(({ file }) => names.some((name) => file.test(name)))
  if (other !== undefined) return other.sentence
  const below = names.slice(0, MOST_FILES).find((name) => namesIn(join(folder, name)).some(isModel))
  if (below !== undefined)
    return `the model lies one folder deeper, in ${quote(below)}: give that folder, or pack it without the folder around it, with "tar czf model.tar.gz -C ${below} ."`
  if (isTimm(folder, names))
    return 'it is a model of timm without an ONNX file: `torch.onnx.export(timm.create_model("local-dir:DIR", pretrained=True).eval(), (torch.zeros(1, 3, 224, 224),), "model.onnx", dynamo=True)`, with the size that config.json has as input_size'
  if (names.includes('config.json') && HUGGING_FACE.some((name) => names.includes(name)))
    return 'it is a Hugging Face model without an ONNX file: "pip install optimum-onnx", then "optimum-cli export onnx --model DIR OUT"'
  const known = names.filter((name) => KINDS.some((kind) => kind.name?.test(name)))
  for (const name of [...known, ...names].slice(0, MOST_FILES)) {
    const found = foreignFile(join(folder, name), name)
    if (found !== undefined) return found
  }
  return undefined
}

/** timm's config.json has what the weights were trained with, and no model_type. */
const isTimm = (folder: string, names: readonly string[]): boolean =>
  names.includes('config.json') &&
  /"pretrained_cfg"\s*:/.test(readHead(join(folder, 'config.json'))?.text ?? '')

/** Empty for what is no folder or cannot be read. */
const namesIn = (path: string): readonly string[] => {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
