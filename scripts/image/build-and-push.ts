/** Calls build_and_push.sh, which does the same without us, with what endpoint.yaml says. */

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CommandError, EXIT } from '../cli/command.ts'
import type { ImageSource } from '../config/deployment.ts'
import { imagesOf, type WithFleets } from '../config/fleets.ts'

const SCRIPT = fileURLToPath(new URL('../../build_and_push.sh', import.meta.url))

/** An image that is built, not one that lies in ECR. */
export type BuiltImage = Extract<ImageSource, { repository: string }>

/** The different images that a deployment's variants want built. */
export const builtImages = (deployment: WithFleets): BuiltImage[] =>
  imagesOf(deployment).filter((image) => 'repository' in image)

export type BuildOptions = {
  push: boolean
  dryRun: boolean
  region?: string | undefined
  signal: AbortSignal
}

/** The script's arguments, and its environment beside ours. */
export const invocationOf = (
  { repository, tag, dockerfile, context, platform, buildArgs }: BuiltImage,
  { push, dryRun, region }: Omit<BuildOptions, 'signal'>,
): { args: string[]; env: Record<string, string> } => ({
  args: [
    ...(dryRun ? ['--dry-run'] : []),
    ...(push ? [] : ['--no-push']),
    ...Object.entries(buildArgs).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
    repository,
    ...(tag === undefined ? [] : [tag]),
  ],
  env: {
    CONTEXT: context,
    DOCKERFILE: dockerfile,
    PLATFORM: platform,
    ...(region !== undefined && { AWS_REGION: region }),
  },
})

/** `repository@sha256:…` once pushed, else `repository:tag`; undefined where a dry run cannot know. Progress goes to stderr. */
export const buildAndPush = async (image: BuiltImage, options: BuildOptions): Promise<string | undefined> => {
  const { args, env } = invocationOf(image, options)
  const child = spawn('bash', [SCRIPT, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: options.signal,
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  if (code !== 0) {
    throw new CommandError(`the image ${image.repository} was not ${options.push ? 'pushed' : 'built'}`, {
      exitCode: code === EXIT.usage ? EXIT.usage : EXIT.failed,
      fix: 'build_and_push.sh says why, above',
    })
  }
  return output.trim().split('\n').at(-1) || undefined
}
