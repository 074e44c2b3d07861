import type { Register } from '../cli/command.ts'
import { runBuild } from '../image/run-build.ts'

export const registerBuild: Register = (program, context) => {
  program
    .command('build')
    .description('Builds the image that the configuration describes, without AWS.')
    .action(() => runBuild(context, { push: false }))
}
