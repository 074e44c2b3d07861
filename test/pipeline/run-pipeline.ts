/**
 * CodePipeline and CodeBuild, as far as pipeline/template.yaml needs them: the actions of the stages one after the other, variables
 * from one to the next, and the commands of each buildspec in a shell, in a fresh copy of the repository.
 */

import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ROOT } from '../fixtures/index.ts'
import { type Names, resolved, type Tree, template } from './template.ts'

export type ActionRun = {
  name: string
  exitCode: number
  /** stdout and stderr together. */
  log: string
  /** Commands that were begun, as they stand in the buildspec. */
  commands: string[]
}

export type Execution = {
  actions: ActionRun[]
  /** What the approval asks, once it is reached. */
  message?: string
}

export type Account = {
  /** A folder for what is made. */
  folder: string
  /** Beside the environment of this process. */
  env: Record<string, string>
  names: Names
  /** Files of the user's that are in the repository, by path. */
  files: Record<string, string>
}

type Buildspec = {
  env: { 'exported-variables'?: string[] }
  phases: Record<string, { commands: string[] }>
}

/** CodeBuild's order. */
const PHASES = ['install', 'pre_build', 'build', 'post_build']

/** The repository as the source action gives it, with no .git and nothing installed. */
const checkout = ({ folder, files }: Account): string => {
  const copy = mkdtempSync(join(folder, 'source-'))
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    maxBuffer: 2 ** 26,
  }).stdout
  const wanted = listed
    .toString()
    .split('\0')
    .filter((file) =>
      /^(package|scripts|src|pipeline|wasm|nginx|tsconfig|build_and|Dockerfile|\.npmrc|examples\/digits)/.test(
        file,
      ),
    )
  spawnSync('bash', ['-c', 'tar --null -T - -c --ignore-failed-read | tar -x -C "$0"', copy], {
    cwd: ROOT,
    input: wanted.join('\0'),
  })
  for (const [path, text] of Object.entries(files)) writeFileSync(join(copy, path), text)
  return copy
}

/** All commands in one shell, which ends with the first that fails; then the exported variables. */
const scriptOf = ({ env, phases }: Buildspec, results: string): string => {
  const commands = PHASES.flatMap((phase) => phases[phase]?.commands ?? [])
  return [
    ...commands.map(
      (command, at) => `echo ${at} >>${results}/begun\n${command}\ncode=$?; [ $code = 0 ] || exit $code`,
    ),
    ...(env['exported-variables'] ?? []).map((name) => `printenv ${name} >${results}/${name}`),
  ].join('\n')
}

const build = async (
  account: Account,
  project: Tree,
  variables: { name: string; value: string }[],
): Promise<ActionRun & { exported: Record<string, string> }> => {
  const source = checkout(account)
  const buildspec: Buildspec = parse(readFileSync(join(source, project.Source.BuildSpec), 'utf8'))
  const results = mkdtempSync(join(account.folder, 'results-'))
  const env: Record<string, string> = { ...account.env }
  for (const { Name, Value } of project.Environment.EnvironmentVariables) env[Name] = Value
  for (const { name, value } of variables) env[name] = value
  const child = spawn('bash', ['-c', scriptOf(buildspec, results)], {
    cwd: source,
    env: { ...process.env, ...env },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve(code ?? 1))
  })
  const all = PHASES.flatMap((phase) => buildspec.phases[phase]?.commands ?? [])
  const begun = readFileSync(`${results}/begun`, 'utf8').trim().split('\n').length
  const exported =
    exitCode !== 0
      ? {}
      : Object.fromEntries(
          (buildspec.env['exported-variables'] ?? []).map((name) => [
            name,
            readFileSync(`${results}/${name}`, 'utf8').trimEnd(),
          ]),
        )
  return { name: '', exitCode, log, commands: all.slice(0, begun), exported }
}

/** `#{Namespace.Name}`. An unknown one is an error, as in CodePipeline. */
const filled = (text: string, variables: Record<string, string>): string =>
  text.replace(/#\{([^}]+)\}/g, (_, name: string) => {
    const value = variables[name]
    if (value === undefined) throw new Error(`#{${name}} is not known`)
    return value
  })

/**
 * From the sources to the end, or to the first action that fails, or to an approval that is not given.
 * @param resume the stage that is begun with, as Retry does, and what the ones before have exported
 */
export const runPipeline = async (
  account: Account,
  sources: { commit: string; modelVersion: string },
  {
    approve = () => true,
    resume = { stage: 'Build', variables: {} },
  }: {
    approve?: (message: string) => boolean | Promise<boolean>
    resume?: { stage: string; variables: Record<string, string> }
  } = {},
): Promise<Execution> => {
  const variables: Record<string, string> = {
    'Code.CommitId': sources.commit,
    'Model.VersionId': sources.modelVersion,
    ...resume.variables,
  }
  const { Stages } = resolved(template.Resources.Pipeline?.Properties, account.names)
  const execution: Execution = { actions: [] }
  const first = Stages.findIndex(({ Name }: Tree) => Name === resume.stage)
  for (const { Actions } of Stages.slice(first)) {
    for (const action of Actions.toSorted((a: Tree, b: Tree) => a.RunOrder - b.RunOrder)) {
      const { Configuration, ActionTypeId, Namespace } = action
      if (ActionTypeId.Provider === 'Manual') {
        execution.message = filled(Configuration.CustomData, variables)
        if (!(await approve(execution.message))) return execution
        continue
      }
      const environment = JSON.parse(filled(Configuration.EnvironmentVariables, variables))
      const project = resolved(template.Resources[`${Configuration.ProjectName}`]?.Properties, account.names)
      const { exported, ...ran } = await build(account, project, environment)
      execution.actions.push({ ...ran, name: action.Name })
      if (ran.exitCode !== 0) return execution
      for (const [name, value] of Object.entries(exported)) variables[`${Namespace}.${name}`] = value
    }
  }
  return execution
}

/** A folder for PATH with what stands in: npm installs by a link, and docker pushes a manifest and no image. */
export const standIns = (folder: string, npm: string): string => {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  const write = (name: string, text: string) => writeFileSync(join(bin, name), text, { mode: 0o755 })
  write(
    'npm',
    `#!/bin/bash\nif [[ $1 == ci ]]; then exec ln -s '${ROOT}node_modules' node_modules; fi\nexec '${npm}' "$@"\n`,
  )
  write(
    'docker',
    `#!/bin/bash
set -euo pipefail
echo "docker $*" >>'${folder}/docker.log'
case "$1 $2" in
  'login --username') cat >/dev/null ;;
  'buildx build')
    while [[ $1 != --tag ]]; do shift; done
    name=\${2##*/}
    type=application/vnd.docker.distribution.manifest.v2+json
    manifest="{\\"schemaVersion\\":2,\\"mediaType\\":\\"$type\\",\\"config\\":{\\"digest\\":\\"sha256:$(sha256sum package.json | cut -c1-64)\\"}}"
    aws ecr put-image --repository-name "\${name%:*}" --image-tag "\${name##*:}" --image-manifest "$manifest" --image-manifest-media-type "$type" >/dev/null ;;
  *) exit 64 ;;
esac
`,
  )
  return bin
}
