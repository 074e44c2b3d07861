/** The commands that pages and workflows show exist, with their options. */

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { createClients } from '../../scripts/aws/clients.ts'
import { realClock } from '../../scripts/cli/clock.ts'
import { createOutput } from '../../scripts/cli/output.ts'
import { createProgram } from '../../scripts/cli/program.ts'
import { COMMANDS } from '../../scripts/commands/all.ts'
import { ROOT } from '../fixtures/index.ts'

const PAGES = [
  'README.md',
  'packages/onnx-serving-endpoint/README.md',
  '.github/workflows/deploy.yml',
  ...['README.md', 'build.yml', 'staging.yml', 'plan.yml', 'production.yml'].map(
    (file) => `pipeline/${file}`,
  ),
  ...readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
]

/** `npm run endpoint -- …`, or of the package, to the end of the line or of the code. */
const USES = /(?:npm run (?:--silent |-s )?endpoint --|npx onnx-serving-endpoint) ([a-z-][^`\n|>)]*)/g

const program = createProgram(COMMANDS, {
  signal: new AbortController().signal,
  createOutput,
  clients: createClients,
  clock: realClock,
})

const helpOf = (name: string): string | undefined =>
  program.commands.find((command) => command.name() === name)?.helpInformation()

/** Flags of a help text: `-f, --file <FILE>` has two. */
const flagsIn = (text: string): Set<string> =>
  new Set([...text.matchAll(/(?<=^ {2}|, )-{1,2}[a-z][a-z0-9-]*/gm)].map(([flag]) => flag))

t.test('every command that is shown is one, and takes the flags that are shown', async (t) => {
  const uses = PAGES.flatMap((page) =>
    [...readFileSync(ROOT + page, 'utf8').matchAll(USES)].map(([, words = '']) => ({
      page,
      words: words.trim().split(/\s+/),
    })),
  )
  t.ok(uses.length >= 10, `${uses.length} are found`)
  const global = flagsIn(program.helpInformation())
  for (const { page, words } of uses) {
    const command = words.find((word) => /^[a-z]+$/.test(word)) ?? ''
    const flags = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/=.*/, ''))
    const known = flagsIn(helpOf(command) ?? '')
    t.not(known.size, 0, `${page}: ${command} is a command`)
    for (const flag of flags) t.ok(known.has(flag) || global.has(flag), `${page}: ${command} ${flag}`)
  }
})

type Workflow = {
  permissions: Record<string, string>
  jobs: Record<
    string,
    { if?: string; needs?: string; environment?: string; steps: { uses?: string; run?: string }[] }
  >
}

t.test('the deployment workflow does nothing without a role, and asks before production', async (t) => {
  const { permissions, jobs } = parse(readFileSync(`${ROOT}.github/workflows/deploy.yml`, 'utf8')) as Workflow
  t.strictSame(permissions, { contents: 'read', 'id-token': 'write' })
  for (const [name, job] of Object.entries(jobs)) {
    t.ok(
      job.needs !== undefined || job.if?.includes("vars.AWS_DEPLOY_ROLE != ''"),
      `${name} waits or is guarded`,
    )
    t.ok(
      job.steps.some(({ uses }) => uses === './.github/actions/prepare'),
      `${name} gets credentials`,
    )
  }
  t.match(jobs, {
    staging: { needs: 'push', environment: 'staging' },
    production: { needs: 'staging', environment: 'production' },
  })
})

t.test('the jobs of CI are stages of .ci/run, and each stage is run by one', async (t) => {
  const help = execFileSync(`${ROOT}.ci/run`, ['--help'], { encoding: 'utf8' })
  const stages = [...help.matchAll(/^(?:Stages|Only when named): (.+)$/gm)].flatMap(([, names = '']) =>
    names.split(' '),
  )
  t.ok(stages.length > 5, `${stages}`)
  const { permissions, jobs } = parse(readFileSync(`${ROOT}.github/workflows/ci.yml`, 'utf8')) as Workflow
  t.strictSame(permissions, { contents: 'read' })
  const used = Object.values(jobs).flatMap(({ steps }) =>
    steps.flatMap(({ run }) => {
      if (run === undefined) return []
      const [, names] = /^(?:sudo env "PATH=\$PATH" )?\.ci\/run (.+)$/.exec(run) ?? []
      t.ok(names, `${run} calls .ci/run`)
      return names?.split(' ') ?? []
    }),
  )
  // The matrix has Node 24.
  t.strictSame(new Set([...used, 'node-24']), new Set(stages))
})

t.test('every action of somebody else is pinned by its commit, with the version beside it', async (t) => {
  const files = [
    '.github/workflows/ci.yml',
    '.github/workflows/deploy.yml',
    '.github/actions/prepare/action.yml',
    'packages/onnx-serving-endpoint/action.yml',
  ]
  for (const file of files) {
    const uses = readFileSync(ROOT + file, 'utf8').matchAll(/uses: (.*)$/gm)
    for (const [, action = ''] of uses)
      t.match(action, /^(\.\/|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/, `${file}: ${action}`)
  }
})
