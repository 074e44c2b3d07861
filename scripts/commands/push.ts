import { DRY_RUN_OPTION, type Register } from '../cli/command.ts'
import { TAG_OPTION } from '../config/fleets.ts'
import { runBuild } from '../image/run-build.ts'

export const registerPush: Register = (program, context) => {
  program
    .command('push')
    .description('Builds the image and pushes it to Amazon ECR, for docker, podman and buildah.')
    .option(...TAG_OPTION)
    .option(...DRY_RUN_OPTION)
    .addHelpText('after', '\nExample: onnx-serving-endpoint push --tag v2')
    .action(({ tag }: { tag?: string }) => runBuild(context, { push: true, tag }))
}
