/** A deployment to check, and an AWS that answers by the name of the command. */

import { createClients } from '../../../scripts/aws/clients.ts'
import { CommandError } from '../../../scripts/cli/command.ts'
import type { Deployment } from '../../../scripts/config/deployment.ts'
import type { Aws, Subject } from '../../../scripts/doctor/subject.ts'

export const ROLE = 'arn:aws:iam::123456789012:role/team/flowers-role'

export const BUILT = {
  repository: 'flowers',
  dockerfile: '/f/Dockerfile',
  context: '/f',
  platform: 'linux/amd64' as const,
  buildArgs: {},
}

export const deploymentOf = (changes: Partial<Deployment> = {}): Deployment => ({
  endpoint: 'flowers',
  role: ROLE,
  env: {},
  network: { isolated: false, subnets: [], securityGroups: [] },
  tags: {},
  variants: [
    {
      name: 'primary',
      weight: 1,
      model: { path: '/models/flowers' },
      image: BUILT,
      compute: { kind: 'instances', type: 'ml.m7i.large', count: 2 },
    },
  ],
  rollout: {
    strategy: 'canary',
    bakeSeconds: 300,
    keepOldSeconds: 0,
    timeoutSeconds: 3600,
    rollbackOn: [],
    keepCapacity: false,
  },
  smoke: [],
  keepVersions: 3,
  ...changes,
})

export const named = (name: string, message = ''): Error => Object.assign(new Error(message), { name })

type Answer = (input: never) => unknown

/** Clients of which none reaches AWS. A command that has no answer is denied. */
export const fakeAws = (answers: Record<string, Answer> = {}, changes: Partial<Aws> = {}): Aws => {
  const clients = createClients('eu-west-1')
  const send = async (command: { constructor: { name: string }; input: never }) => {
    const answer = answers[command.constructor.name.replace(/Command$/, '')]
    if (answer === undefined) throw named('AccessDeniedException', 'not authorized')
    return answer(command.input)
  }
  for (const client of Object.values(clients)) Object.assign(client, { send })
  return {
    clients,
    region: 'eu-west-1',
    account: '123456789012',
    partition: 'aws',
    arn: 'arn:aws:iam::123456789012:user/dev',
    aheadMs: 0,
    ...changes,
  }
}

/** @param tools what each prints, or undefined if it fails; one that is not named is not installed */
export const subjectOf = (
  changes: Partial<Subject> & { deployment?: Deployment; tools?: Record<string, string | undefined> } = {},
): Subject => {
  const { deployment = deploymentOf(), tools = {}, ...rest } = changes
  return {
    file: 'endpoint.yaml',
    configuration: { deployment, warnings: [] },
    region: 'eu-west-1',
    aws: { problem: named('CredentialsProviderError', 'none') },
    engine: undefined,
    tool: async (name, args) => {
      if (!Object.keys(tools).some((line) => line === name || line.startsWith(`${name} `))) return undefined
      const line = [name, ...args].join(' ')
      const output = line in tools ? tools[line] : ''
      return { ok: output !== undefined, output: output ?? `${name}: broken` }
    },
    ...rest,
  }
}

export const invalid = new CommandError('endpoint.yaml is not valid:\n  name: expected text', {
  fix: 'correct it',
})
