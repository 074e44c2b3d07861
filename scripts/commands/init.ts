import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { CommandError, type Context, EXIT, type Register } from '../cli/command.ts'
import { IN_CHECKOUT } from '../cli/in-checkout.ts'
import { loadDeployment } from '../config/load.ts'
import { firstFile, nameFrom } from '../init/first-file.ts'
import { HANDLERS, handlerFiles } from '../init/handler.ts'
import { factsOf, instanceFor, type ModelFacts, size } from '../init/model-facts.ts'

const refuse = (message: string, fix: string): CommandError =>
  new CommandError(message, { exitCode: EXIT.usage, fix })

type Files = Record<string, string | Buffer>

/** Those of an example, by the path where they are to be. */
const handlerIn = (model: string, name: string): Files => {
  if (!Object.hasOwn(HANDLERS, name))
    throw refuse(`there is no handler ${name}`, `name ${Object.keys(HANDLERS).join(', ')}`)
  return Object.fromEntries(
    Object.entries(handlerFiles(name)).map(([path, content]) => [join(model, path), content]),
  )
}

const write = (files: Files): void => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content, { flag: 'wx' })
  }
}

/** `./model`, as seen from the file. */
const seenFrom = (file: string, model: string): string => {
  const path = relative(dirname(resolve(file)), resolve(model))
    .split(sep)
    .join('/')
  return path.startsWith('../') || resolve(model) === path ? path : `./${path}`
}

type Options = {
  name?: string | undefined
  instance?: string | undefined
  role?: string | undefined
  handler?: string | true
}

const instanceOf = (asked: string | undefined, { bytes }: ModelFacts): { type: string; why: string } => {
  if (asked !== undefined) return { type: asked, why: 'What it runs on.' }
  const { type, gib } = instanceFor(bytes)
  return { type, why: `What it runs on: ${gib} GiB of memory for ${size(bytes)} of model.` }
}

/** Throws CommandError if the folder is no model's, or a flag not valid. */
const writeFirstFile = (
  file: string,
  folder: string,
  { name, instance, role }: Omit<Options, 'handler'>,
): void => {
  const facts = factsOf(folder)
  const text = firstFile({
    name: name ?? nameFrom(basename(dirname(resolve(file)))),
    model: seenFrom(file, folder),
    description: facts.description,
    role,
    instance: instanceOf(instance, facts),
    hasDockerfile: existsSync(join(dirname(file), 'Dockerfile')),
  })
  write({ [file]: text })
  loadDeployment(file)
}

export const registerInit: Register = (program, context: Context) => {
  program
    .command('init [model]')
    .description('Writes a first endpoint.yaml for a model folder, ./model unless another is named.')
    .option(
      '--handler [EXAMPLE]',
      `makes the folder too, with code/inference.ts: ${Object.keys(HANDLERS).join(', ')}`,
    )
    .option('--name <NAME>', "the endpoint's; else that of the file's folder")
    .option('--instance <TYPE>', 'what it runs on; else the smallest ml.m7i that holds the model')
    .option('--role <ARN>', 'the role in which SageMaker runs the container')
    .addHelpText(
      'after',
      `\nHandlers:\n${Object.entries(HANDLERS)
        .map(([name, { meaning }]) => `  ${name.padEnd(12)} ${meaning}`)
        .join('\n')}\n\nExample: onnx-serving-endpoint init ./model --name flowers`,
    )
    .action((model: string | undefined, { name, instance, role, handler }: Options) => {
      const { file } = context.options()
      const folder = model ?? 'model'
      const example = handler === true ? 'handler' : handler
      const code = example === undefined ? {} : handlerIn(folder, example)
      // Where code is begun, a file that is there is another model's, or says already where the code belongs.
      const isKept = example !== undefined && existsSync(file)
      const written = [...(isKept ? [] : [file]), ...Object.keys(code)]
      const there = written.filter((path) => existsSync(path))
      if (there.length > 0)
        throw refuse(
          `${there.join(', ')}: already there, and nothing is overwritten`,
          'name another with --file, or another folder',
        )
      if (example === undefined && !existsSync(folder))
        throw refuse(
          `there is no model folder ${folder}`,
          'name the folder with the ONNX file in it, or make one with --handler',
        )
      try {
        write(code)
        if (!isKept) writeFirstFile(file, folder, { name, instance, role })
      } catch (error) {
        for (const path of written) rmSync(path, { force: true })
        throw error
      }
      const flags = example === undefined ? '' : (HANDLERS[example]?.flags ?? '')
      context.output().result(
        { files: written },
        `${written.map((path) => `  ${path}\n`).join('')}${isKept ? `  ${file} stays as it is\n` : ''}
Serve it here:      ${IN_CHECKOUT ? 'npm start -- --model' : 'npx onnx-serving'} ${folder}${flags}
See what would be:  ${IN_CHECKOUT ? 'npm run endpoint --' : 'npx onnx-serving-endpoint'} plan`,
      )
    })
}
