/** `doctor` as it is typed, on a machine without an account. */

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { ROOT } from '../../fixtures/index.ts'

const run = (t: Test, { args = [], yaml = '' }: { args?: string[]; yaml?: string } = {}) => {
  const folder = t.testdir({
    bin: {},
    'endpoint.yaml': `name: digits
region: eu-west-1
role: arn:aws:iam::123456789012:role/sagemaker
model: ${ROOT}examples/digits/model
${yaml}`,
  })
  for (const tool of ['podman', 'aws'])
    writeFileSync(`${folder}/bin/${tool}`, '#!/bin/sh\necho "$0 1.0"', { mode: 0o755 })
  return spawnSync(
    process.execPath,
    ['--import', 'tsx', `${ROOT}scripts/endpoint.ts`, 'doctor', '-f', 'endpoint.yaml', ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: `${folder}/bin`,
        HOME: folder,
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    },
  )
}

t.test('without credentials what is here is checked, and the fix is told', async (t) => {
  const { status, stdout, stderr } = run(t)
  t.equal(status, 1)
  t.match(stderr, 'error: 1 of 17 checks failed')
  t.match(stdout, /^CHECK +RESULT\nconfiguration +ok +endpoint\.yaml describes the endpoint digits\n/)
  t.match(stdout, /\nmodel folder +ok +.*model\.onnx/)
  t.match(stdout, /\ncontainer engine +ok +podman works\n/)
  t.match(stdout, /\ncredentials +failed +No valid AWS credentials\n {4}→ run "aws sso login"/)
  t.match(stdout, /\nquota +not checked +No valid AWS credentials\n/)
})

t.test('--json has every check with its status', async (t) => {
  const { stdout } = run(t, { args: ['--json'] })
  const report = JSON.parse(stdout)
  t.equal(report.failed, 1)
  t.equal(report.checks.length, 17)
  t.match(report.checks[0], { name: 'configuration', status: 'ok', detail: String })
})

t.test(
  'a file that is not valid is told with all its lines, and the rest is checked nevertheless',
  async (t) => {
    const { status, stdout } = run(t, { yaml: 'keepVersions: many\nmodels: x\n' })
    t.equal(status, 1)
    t.match(stdout, /configuration +failed +endpoint\.yaml is not valid:\n {4,}.*keepVersions.*\n/)
    t.match(stdout, /container engine +ok/)
  },
)
