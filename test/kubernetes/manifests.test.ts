/** The manifests in deploy/kubernetes/ are what their resources' schemas allow, fit each other, and fit the server. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Ajv } from 'ajv'
import t from 'tap'
import { readConfig } from '../../src/server/config/read-config.ts'
import { METRICS } from '../../src/server/observe/metrics.ts'
import { ROOT } from '../fixtures/index.ts'
import { type Manifest, manifest, manifestFiles } from './manifests.ts'
import type { Deployment, Runtime } from './types.ts'

const CRDS = new URL('crds/', import.meta.url)
/** These are held against Kubernetes' own schemas by kubernetes-validate, in CI; kustomize's is a file of its tool. */
const BUILT_IN = /^(v1|apps\/v1|policy\/v1|kustomize\.config\.k8s\.io\/v1beta1)$/

const deployment = manifest<Deployment>('Deployment')
const pod = deployment.spec.template.spec
const runtime = manifest<Runtime>('ClusterServingRuntime')
const kinds = (): Manifest[] => manifestFiles().flatMap(({ manifests }) => manifests)

t.test('custom resources are as their definitions have them, with no key that these do not know', (t) => {
  const ajv = new Ajv({ strict: false, allErrors: true })
  const schemas = readdirSync(CRDS).filter((file) => file.endsWith('.json'))
  const checked = []
  for (const { file, manifests } of manifestFiles()) {
    for (const resource of manifests) {
      if (BUILT_IN.test(resource.apiVersion)) continue
      const [group, version] = resource.apiVersion.split('/')
      const name = `${group}_${resource.kind}_${version}.json`
      t.ok(schemas.includes(name), `${file}: there is a schema of ${resource.apiVersion} ${resource.kind}`)
      const schema = JSON.parse(readFileSync(new URL(name, CRDS), 'utf8'))
      const valid = ajv.compile(schema)
      t.ok(valid(resource), `${file}: ${resource.kind}`, { errors: valid.errors })
      const misspelt = { ...resource, spec: { ...(resource.spec as object), mispelt: 1 } }
      t.notOk(valid(misspelt), `${file}: an unknown key is found`)
      checked.push(name)
    }
  }
  t.strictSame(checked.sort(), schemas.sort(), 'each schema is used, once')
  t.end()
})

t.test('what is named is there: files of a kustomization, labels, ports, volumes', (t) => {
  for (const { file, manifests } of manifestFiles()) {
    for (const resource of manifests.filter(({ kind }) => kind === 'Kustomization')) {
      for (const name of resource.resources as string[]) {
        t.ok(existsSync(`${ROOT}${dirname(file)}/${name}`), `${file}: ${name}`)
      }
    }
  }
  const { labels } = deployment.spec.template.metadata
  const selectors = kinds()
    .filter(({ kind }) => ['Deployment', 'PodDisruptionBudget', 'PodMonitor'].includes(kind))
    .map(({ spec }) => (spec as { selector: { matchLabels: object } }).selector.matchLabels)
  const service = manifest<{ spec: { selector: object; ports: { targetPort: string }[] } }>('Service').spec
  for (const selector of [...selectors, service.selector]) t.match(labels, selector)
  const ports = pod.containers[0]?.ports.map(({ name }) => name) ?? []
  t.strictSame(ports, [service.ports[0]?.targetPort])
  for (const container of [...pod.containers, ...pod.initContainers]) {
    for (const { name } of container.volumeMounts) {
      t.ok(
        pod.volumes.some((volume) => volume.name === name),
        `${container.name} mounts ${name}`,
      )
    }
  }
  t.end()
})

t.test('a pod has the time to drain that the server takes', (t) => {
  const config = readConfig([], {})
  if (config === 'help') throw new Error('no help was asked for')
  const [server] = pod.containers
  const wait = server?.lifecycle.preStop.sleep.seconds ?? 0
  t.ok(pod.terminationGracePeriodSeconds >= wait + config.drainTimeoutMs / 1000 + 5)
  const service = manifest<{ spec: { predictor: { terminationGracePeriodSeconds: number } } }>(
    'InferenceService',
  )
  t.equal(service.spec.predictor.terminationGracePeriodSeconds, pod.terminationGracePeriodSeconds)
  t.end()
})

t.test('probes ask /ping, and the container is restricted alike in both', (t) => {
  const [server] = pod.containers
  const [kserve] = runtime.spec.containers
  for (const container of [server, kserve]) {
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
      t.equal(container?.[probe].httpGet.path, '/ping', probe)
    }
    t.match(container?.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    t.match(container?.env, [{ name: 'SERVING_MODEL', value: '/mnt/models' }])
    t.ok(container?.resources.limits.cpu, 'a CPU limit, by which workers are counted')
  }
  t.match(pod.securityContext, { runAsNonRoot: true, runAsUser: 1000 })
  t.match(kserve?.securityContext, { runAsNonRoot: true, runAsUser: 1000 })
  t.end()
})

t.test('queries name metrics that the server has', (t) => {
  type Scaled = { spec: { triggers: { metadata: { query: string } }[] } }
  const { triggers } = manifest<Scaled>('ScaledObject').spec
  const known = Object.values(METRICS).map(({ name }): string => name)
  for (const { metadata } of triggers) {
    const names = metadata.query.match(/serving_\w+/g) ?? []
    t.ok(names.length > 0)
    for (const name of names) t.ok(known.includes(name.replace(/_(bucket|sum|count)$/, '')), name)
  }
  t.end()
})
