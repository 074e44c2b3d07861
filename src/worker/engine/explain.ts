/** What ONNX Runtime's errors mean when it does not load a model, and what to do about it. */

import { dirname, relative, resolve } from 'node:path'
import { foreignContent } from '../../model/recognise.ts'
import { quote } from '../../words.ts'
import { describeDamage } from './damage.ts'
import { elementType } from './graph/types.ts'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** ONNX Runtime's words without the path, source line and signature that stand before them, on one line. */
export const explain = (error: unknown): string =>
  messageOf(error)
    .replace(/^Load model from [\s\S]*? failed:/, '')
    // What CUDA says, without the types before it and the machine after it.
    .replace(/^[\s\S]*?\b(\w+ failure \d+: .*?) ; GPU=[\s\S]*$/, '$1')
    .replace(/^(?:Exception during \w+: )?\/\S*onnxruntime\S*:\d+ (?:[^\n]*?\)(?:::<lambda\(\)>)? )?/, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
    .slice(0, 600)

const operator = (domain: string, name: string): string => {
  const shown = `operator ${quote(name)}${domain === '' ? '' : ` of the domain ${quote(domain)}`}`
  if (domain === 'ai.onnx.contrib')
    return `${shown} is one of onnxruntime-extensions, which are not loaded: export the model without its tokenizer, pre- or postprocessing, and do that before the request`
  return domain === '' || domain === 'ai.onnx'
    ? `${shown} is not one of ONNX's, or not of the opset that the model names: export it with another opset_version, or made of ONNX's operators`
    : `${shown} is a custom operator, and libraries of those are not loaded: export the model made of ONNX's own operators, or make the operator a function of the model (onnx.helper.make_function)`
}

const dataFile = (path: string, file: string): string => {
  const folder = dirname(resolve(file))
  const name = relative(folder, resolve(folder, path))
  return foreignContent(resolve(folder, path), name) ?? quote(name)
}

/** Types that ONNX Runtime computes with in few operators on a CPU. */
const RARE = /^(bfloat16|u?int[24]|float[48]\w*|complex\d+|string)$/

const rareTypes = (types: ReadonlySet<string> = new Set()): string => {
  const rare = [...types].filter((type) => RARE.test(type))
  return rare.length === 0 ? '' : `, of which the model has ${rare.join(', ')}`
}

/** What ONNX Runtime's StringNormalizer lacks, which text models of scikit-learn have. */
const locale = (name: string): string => {
  const [language = '', charset = 'UTF-8'] = name.split('.')
  return `it changes the case of text, for which this machine lacks the locale ${quote(name)}: "apt-get install locales && localedef -i ${language} -f ${charset} ${name}" as root, or run it in the container, which has en_US.UTF-8`
}

type Row = [
  pattern: RegExp,
  meaning: (match: RegExpExecArray, file: string, types: ReadonlySet<string> | undefined) => string,
]

/** Each kind of message, and what it says in words that name what to change. */
const ROWS: readonly Row[] = [
  [/Failed to construct locale with name:([^:\s]+)/, ([, name = '']) => locale(name)],
  [/Protobuf parsing failed|does not have a graph/, (_, file) => describeDamage(file)],
  [
    /initializer: (\S+?)\. Error: .*does not exist: "(.+?)"/,
    ([, weight = '', path = ''], file) =>
      `the file with its weights is missing: ${quote(weight)} is in ${dataFile(path, file)}, beside the model. Copy it there; an ONNX file with external data is served with all of its files`,
  ],
  [
    /initializer: ?(\S+?)\.? .*file_length: (\d+) are out of bounds/,
    ([, weight = '', bytes = '']) =>
      `a file with its weights is truncated, or a git-LFS pointer: the weights ${quote(weight)} lie beyond its ${bytes} bytes. Copy it again, or run "git lfs pull"`,
  ],
  [
    /initializer: (\S+?)\. Error: External data path escapes.*External data path: "(.+?)"/,
    ([, weight = '', path = '']) =>
      `the file with its weights is not in the model's folder, links followed: ${quote(weight)} is in ${quote(path)}. Copy the file itself there`,
  ],
  [
    /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    ([, found, most]) =>
      `it has IR version ${found}, and this ONNX Runtime reads up to ${most}: in Python, \`model = onnx.load("model.onnx"); model.ir_version = ${most}; onnx.save(model, "model.onnx")\`, or export it with an older onnx`,
  ],
  [
    /Opset (\d+) is under development.*domain (\S+) is till opset (\d+)/,
    ([, found, domain, most]) =>
      `it has opset ${found} of ${domain}, and this ONNX Runtime supports up to ${most}: export it with ${domain === 'ai.onnx' ? `opset_version=${most}, or in Python \`onnx.version_converter.convert_version(model, ${most})\`` : `target_opset={"${domain}": ${most}}`}`,
  ],
  [
    /([\w.]*):(\w+)\((-?\d+)\) is not a registered function\/op/,
    ([, domain = '', name = '']) => operator(domain, name),
  ],
  [
    /In Node, [\s\S]*?No Op registered for (\w+) with domain_version of (\d+)/,
    ([, name = '', version = '']) => `${operator('', name)} (opset ${version})`,
  ],
  [
    /(?:Could not find an implementation|Failed to find kernel) for (\w+)\((\d+)\) (?:node with name '([^']*)'|\()/,
    ([, name, version, node = ''], _, types) =>
      `ONNX Runtime cannot compute operator ${name} (opset ${version}${node && `, node ${quote(node)}`}) for the types that it has there${rareTypes(types)}: convert the model to float32 or float16 before it is exported, e.g. with \`model.float()\` in torch`,
  ],
  [
    /Unsupported data type: (\d+)/,
    ([, type = '']) =>
      `an input or output is of ${elementType(Number(type))}, which is not supported: export the model with float32 or float16 there`,
  ],
  [
    /MLDataType for: tensor\((\w+)\) is not currently registered/,
    ([, type]) =>
      `it has tensors of ${type}, which ONNX Runtime does not know: export it without them, e.g. complex numbers as two floats`,
  ],
]

/**
 * An error of loading `file` in words that say what to do, where it is a known one.
 * @param types element types that occur in the model, if it could be read
 */
export const explainLoading = (error: unknown, file: string, types?: ReadonlySet<string>): string => {
  const message = messageOf(error)
  for (const [pattern, meaning] of ROWS) {
    const match = pattern.exec(message)
    if (match === null) continue
    try {
      return meaning(match, file, types)
    } catch {
      break
    }
  }
  return explain(error)
}
