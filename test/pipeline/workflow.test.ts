/** Both pipelines release by the same commands: .github/workflows/deploy.yml and pipeline/*.yml. */

import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { ROOT } from '../fixtures/index.ts'

/** Lines that call a command of ours, each with what it leads to. */
const callsIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/^\w+=\$\((.*)\) && export \w+$/, '$1')
        .replace(/ \| tee .*$/, ''),
    )
    .filter((line) => /pipeline\/(rehearse|summary)|npm run --silent endpoint/.test(line))

const ofBuildspecs = (...names: string[]): Set<string> =>
  new Set(
    names.flatMap((name) => {
      const { phases } = parse(readFileSync(`${ROOT}pipeline/${name}.yml`, 'utf8')) as {
        phases: Record<string, { commands: string[] }>
      }
      return Object.values(phases).flatMap(({ commands }) => callsIn(commands.join('\n')))
    }),
  )

const { jobs } = parse(readFileSync(`${ROOT}.github/workflows/deploy.yml`, 'utf8')) as {
  jobs: Record<string, { steps: { run?: string }[] }>
}

const ofJobs = (...names: string[]): string[] =>
  names.flatMap((name) => (jobs[name]?.steps ?? []).flatMap(({ run = '' }) => callsIn(run)))

t.test('a release takes the same commands on GitHub as in CodePipeline', async (t) => {
  const onAws = ofBuildspecs('build', 'staging', 'plan', 'production')
  const onGitHub = ofJobs('push', 'staging', 'production')
  t.ok(onGitHub.length >= 9, `${onGitHub.length} are found`)
  // GitHub's runners come to an account that nobody has prepared, and its production may be another one.
  const ITS_OWN = [
    'npm run --silent endpoint -- doctor -f "$ENDPOINT_FILE" -e staging',
    'npm run --silent endpoint -- plan -f "$ENDPOINT_FILE" -e production --tag "$TAG"',
  ]
  t.strictSame(
    onGitHub.filter((line) => !onAws.has(line) && !ITS_OWN.includes(line)),
    [],
  )
  // A stack has one repository for both environments.
  const push = 'npm run --silent endpoint -- push -f "$ENDPOINT_FILE" -e production --tag "$TAG"'
  t.strictSame(
    [...onAws].filter((line) => !onGitHub.includes(line) && line !== push),
    [],
  )
})

t.test('the reviewers of production have the figures of staging before them', async (t) => {
  const steps = jobs.staging?.steps ?? []
  const figures = steps.at(-1)?.run ?? ''
  t.match(figures, /summary\.ts staging smoke\.json status\.json/)
  t.match(figures, /summary\.ts plan plan\.json/)
  t.match(figures, /GITHUB_STEP_SUMMARY/)
})
