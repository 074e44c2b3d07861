/** What `build` and `push` have in common: all but one flag. */

import { existsSync } from 'node:fs'
import { readIdentity } from '../aws/identity.ts'
import { CommandError, type Context, EXIT } from '../cli/command.ts'
import { withTag } from '../config/fleets.ts'
import { loadAny } from '../config/load.ts'
import { type BuiltImage, buildAndPush, builtImages } from './build-and-push.ts'

/** The package of the command line has none: the image is built from the server's sources. */
const needsDockerfile = ({ dockerfile }: BuiltImage): void => {
  if (existsSync(dockerfile)) return
  throw new CommandError(`there is no ${dockerfile} to build the image from`, {
    exitCode: EXIT.usage,
    fix: 'name a checkout of onnx-serving as image.context, or a Dockerfile of yours as image.dockerfile',
  })
}

export const runBuild = async (
  context: Context,
  { push, tag }: { push: boolean; tag: string | undefined },
): Promise<void> => {
  const { file, environment, region: asked, dryRun } = context.options()
  const output = context.output()
  const { deployment, warnings } = loadAny(file, environment)
  for (const warning of warnings) output.warn(warning)
  const sources = builtImages(withTag(deployment, tag))
  if (sources.length === 0) {
    throw new CommandError(`${file} names images that are in Amazon ECR already: there is nothing to build`, {
      exitCode: EXIT.usage,
      fix: 'for an image that is built, image has keys such as repository and dockerfile in place of an address',
    })
  }
  for (const source of sources) needsDockerfile(source)
  const region = asked ?? deployment.region
  if (push && deployment.account !== undefined)
    await readIdentity(context.clients(region), deployment.account)
  const images = []
  for (const source of sources) {
    const image = await buildAndPush(source, { push, dryRun, region, signal: context.signal })
    images.push({ repository: source.repository, image: image ?? null })
  }
  const [first] = images
  output.result(
    { image: first?.image ?? null, images },
    images
      .map(({ image, repository }) => image ?? `${repository}: nothing was built, as --dry-run asks`)
      .join('\n'),
  )
}
