import { DRY_RUN_OPTION, type Register } from '../cli/command.ts'
import { TAG_OPTION } from '../config/fleets.ts'
import { runBuild } from '../image/run-build.ts'

export const registerBuild: Register = (program, context) => {
  program
    .command('build')
    .description('Builds the image that the configuration describes, without AWS.')
    .option(...TAG_OPTION)
    .option(...DRY_RUN_OPTION)
    .addHelpText('after', '\nExample: onnx-serving-endpoint build --tag v2')
    .action(({ tag }: { tag?: string }) => runBuild(context, { push: false, tag }))
}
