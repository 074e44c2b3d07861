/** What `export` writes, held against AWS's own schemas of the resources, which cfn-lint bundles. */

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import type { LambdaDeployment } from '../../scripts/config/deployment.ts'
import { loadDeployment } from '../../scripts/config/load.ts'
import { cloudFormation, cloudFormationText, templateText } from '../../scripts/export/cloudformation.ts'
import { notesOf } from '../../scripts/export/notes.ts'
import { resourcesOf } from '../../scripts/export/resources.ts'
import { snakeCase, terraform } from '../../scripts/export/terraform.ts'
import { desireFunction } from '../../scripts/lambda/desire.ts'
import { functionTemplate } from '../../scripts/lambda/export.ts'
import { desire } from '../../scripts/plan/desire.ts'
import { imageKey } from '../../scripts/plan/desired.ts'
import { ROOT } from '../fixtures/index.ts'
import { resolvedFor } from '../scripts/plan/resolved.ts'
import { PYTHON, python } from './python.ts'

const EVERYTHING_OF_A_FUNCTION: Partial<LambdaDeployment> = {
  env: { LEVEL: 'debug' },
  tags: { team: 'ml' },
  network: { subnets: ['subnet-12345678'], securityGroups: ['sg-12345678'] },
  ephemeralMb: 2048,
  url: { auth: 'none' },
  provisionedConcurrency: 2,
  reservedConcurrency: 10,
}

const CASES = `${ROOT}test/scripts/plan/cases/`

const cases = readdirSync(CASES).map((name) => {
  const { deployment } = loadDeployment(`${CASES}${name}`)
  const desired = desire(deployment, resolvedFor(deployment))
  const exported = resourcesOf(desired)
  return { name, exported, notes: notesOf(deployment, desired, exported), endpoint: desired.endpoint }
})

/** Functions: as little as can be said, and all that can. */
const functions = [{}, EVERYTHING_OF_A_FUNCTION].map((more) => {
  const image = {
    uri: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/digits@sha256:${'0123456789abcdef'.repeat(4)}`,
  }
  const deployment: LambdaDeployment = {
    target: 'lambda',
    endpoint: 'digits',
    role: 'arn:aws:iam::123456789012:role/lambda',
    env: {},
    tags: {},
    network: { subnets: [], securityGroups: [] },
    variants: [{ model: 'baked-in', image }],
    memoryMb: 2048,
    timeoutSeconds: 30,
    rollout: {
      strategy: 'canary',
      stepPercent: 10,
      bakeSeconds: 300,
      timeoutSeconds: 3600,
      rollbackOn: [],
    },
    smoke: [],
    keepVersions: 3,
    ...more,
  }
  const resolved = {
    account: '123456789012',
    partition: 'aws',
    region: 'eu-west-1',
    images: new Map([[imageKey(image), image.uri]]),
    archives: new Map(),
  }
  return templateText(functionTemplate(desireFunction(deployment, resolved, 'linux/amd64')))
})

const CFN_LINT = 'import sys; from cfnlint.runner import main; sys.exit(main())'

const lint = (files: string[]) =>
  spawnSync(PYTHON, ['-c', CFN_LINT, '--regions', 'eu-west-1', '--template', ...files], { encoding: 'utf8' })

t.test('cfn-lint has nothing to say of any case', async (t) => {
  const folder = t.testdir()
  const files = cases.map(({ name, exported, notes, endpoint }) => {
    const file = `${folder}/${name}`
    writeFileSync(file, cloudFormationText(cloudFormation(exported, endpoint, notes), notes))
    return file
  })
  files.push(
    ...functions.map((template, at) => {
      const file = `${folder}/function-${at}.yaml`
      writeFileSync(file, template)
      return file
    }),
  )
  t.match(lint(files), { status: 0, stdout: '', stderr: '' })
  const [first = ''] = files
  writeFileSync(first, readFileSync(first, 'utf8').replace('InitialInstanceCount', 'Instances'))
  t.match(lint([first]), { status: 2, stdout: /'Instances' was unexpected/ }, 'it would')
})

type Members = { [name: string]: Members }

/** Paths of attributes that no member has. */
const unknown = (attributes: unknown, members: Members, path = ''): string[] => {
  if (Array.isArray(attributes)) return attributes.flatMap((each) => unknown(each, members, path))
  if (typeof attributes !== 'object' || attributes === null) return []
  const known = new Map(Object.entries(members).map(([name, inner]) => [snakeCase(name), inner]))
  return Object.entries(attributes).flatMap(([name, value]) => {
    const inner = known.get(name)
    return inner === undefined ? [`${path}.${name}`] : unknown(value, inner, `${path}.${name}`)
  })
}

t.test('each attribute of Terraform is a member of the resource, in snake_case', async (t) => {
  const types = [...new Set(cases.flatMap(({ exported }) => exported.resources.map(({ type }) => type)))]
  const program = readFileSync(`${ROOT}test/rehearsal/members.py`, 'utf8')
  const members: Members = JSON.parse(python(program, JSON.stringify(types)))
  const byName = new Map(
    types.map((type) => {
      const [, service = '', resource = ''] = type.split('::')
      return [`awscc_${service.toLowerCase()}_${snakeCase(resource)}`, members[type] ?? {}]
    }),
  )
  for (const { name, exported, notes } of cases) {
    const { resource } = terraform(exported, 'eu-west-1', notes)
    for (const [type, instances] of Object.entries(resource))
      for (const { depends_on: _, lifecycle: __, ...attributes } of Object.values(instances))
        t.strictSame(unknown(attributes, byName.get(type) ?? {}, type), [], name)
  }
})
