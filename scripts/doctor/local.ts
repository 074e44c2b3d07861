/** Checks of this machine and its files, which need no account. */

import { existsSync } from 'node:fs'
import { CommandError } from '../cli/command.ts'
import { fleetsOf, imagesOf } from '../config/fleets.ts'
import { loadSmokeTests } from '../deploy/smoke-files.ts'
import { contentsOf } from '../package/contents.ts'
import { combine, type Finding, failed, notChecked, ok, warning } from './finding.ts'
import { type Check, type Subject, withDeployment } from './subject.ts'

export const checkConfiguration: Check = async ({ file, configuration }) => {
  if ('problem' in configuration)
    return failed(configuration.problem.message, configuration.problem.fix ?? `correct ${file}`)
  const { deployment, warnings } = configuration
  return warnings.length > 0
    ? warning(warnings.join('; '), `correct ${file}, if that is not meant`)
    : ok(`${file} describes the endpoint ${deployment.endpoint}`)
}

export const checkModel = withDeployment(async (deployment) => {
  const folders = [
    ...new Set(
      fleetsOf(deployment).flatMap(({ model }) =>
        typeof model === 'object' && 'path' in model ? [model.path] : [],
      ),
    ),
  ]
  const findings = folders.map((folder): Finding => {
    try {
      return ok(`${folder}: ${contentsOf(folder).files.join(', ')}`)
    } catch (error) {
      if (error instanceof CommandError) return failed(error.message, error.fix ?? 'correct the folder')
      throw error
    }
  })
  return findings.length === 0 ? notChecked('the model is not a folder here') : combine(findings)
})

export const checkSmokeTests = withDeployment(async ({ smoke }) => {
  if (smoke.length === 0) return notChecked('the file has none')
  try {
    await loadSmokeTests(smoke)
    return ok(`all files are there: ${smoke.length}`)
  } catch (error) {
    if (error instanceof CommandError) return failed(error.message, error.fix ?? 'correct smoke')
    throw error
  }
})

const ENGINES = ['docker', 'podman', 'buildah']

/** The one that build_and_push.sh would take. */
const engineOf = async ({ engine, tool }: Subject): Promise<string | undefined> => {
  if (engine !== undefined) return engine
  for (const name of ENGINES) if ((await tool(name, ['--version'])) !== undefined) return name
  return undefined
}

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? ''

export const checkEngine: Check = async (subject) => {
  const name = await engineOf(subject)
  if (name === undefined)
    return failed('none of docker, podman and buildah is installed', 'install one of them')
  const info = await subject.tool(name, ['info'])
  if (info === undefined) return failed(`${name} is not installed`, 'install it, or choose another by ENGINE')
  if (!info.ok)
    return failed(`${name} does not work: ${lastLine(info.output)}`, 'start it, or choose another by ENGINE')
  if (name === 'docker' && (await subject.tool('docker', ['buildx', 'version']))?.ok !== true)
    return failed(
      'docker has no buildx, without which it cannot leave out attestations',
      'install docker-buildx-plugin',
    )
  return ok(`${name} works`)
}

/** In the words of container engines. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

const EMULATORS: Readonly<Record<string, string>> = { amd64: 'qemu-x86_64', arm64: 'qemu-aarch64' }

export const checkPlatform = withDeployment(async (deployment, subject) => {
  const platforms = [
    ...new Set(imagesOf(deployment).flatMap((image) => ('platform' in image ? [image.platform] : []))),
  ]
  const name = await engineOf(subject)
  const findings = platforms.map(async (platform): Promise<Finding> => {
    const wanted = platform.slice('linux/'.length)
    if (ARCHITECTURES[process.arch] === wanted) return ok(`${platform}, as this machine`)
    const fix = `install emulation (qemu-user-static and binfmt-support), or build on a machine with ${wanted}`
    if (name === 'docker') {
      const builder = await subject.tool('docker', ['buildx', 'inspect'])
      return builder?.output.includes(platform) === true
        ? ok(`docker's builder can build ${platform}`)
        : failed(`docker's builder cannot build ${platform}`, fix)
    }
    return existsSync(`/proc/sys/fs/binfmt_misc/${EMULATORS[wanted]}`)
      ? ok(`${platform}, by emulation`)
      : failed(`this machine cannot run ${platform}`, fix)
  })
  return findings.length === 0
    ? notChecked('the image is not built here')
    : combine(await Promise.all(findings))
})

export const checkAwsCommand: Check = async ({ tool }) => {
  const version = await tool('aws', ['--version'])
  return version?.ok === true
    ? ok(lastLine(version.output).split(' ')[0] ?? 'aws')
    : warning('the AWS command line, aws, is not installed; push needs it', 'install the AWS CLI')
}
