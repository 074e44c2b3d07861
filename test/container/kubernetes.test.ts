/** The image under the restrictions that deploy/kubernetes/ puts on it: what a cluster allows is read from the manifests. */

import { readFileSync } from 'node:fs'
import t from 'tap'
import { DIGITS } from '../fixtures/index.ts'
import { manifest } from '../kubernetes/manifests.ts'
import type { Deployment, PodContainer, Runtime, Security } from '../kubernetes/types.ts'
import { buildImage, skip, start, untilServing } from './engine.ts'

const pod = manifest<Deployment>('Deployment').spec.template.spec
const [server] = pod.containers
const [kserve] = manifest<Runtime>('ClusterServingRuntime').spec.containers

/** The same as flags of an engine. A model is mounted as read-only at /mnt/models, also where a manifest says nothing of it. */
const flagsOf = (container: PodContainer, security: Partial<Security>): string[] => {
  const { memory, cpu } = container.resources.limits
  const tmpfs = container.volumeMounts.filter(({ readOnly }) => !readOnly).map(({ mountPath }) => mountPath)
  return [
    ...(security.readOnlyRootFilesystem ? ['--read-only'] : []),
    ...(security.allowPrivilegeEscalation ? [] : ['--security-opt', 'no-new-privileges']),
    ...(security.capabilities?.drop ?? []).flatMap((capability) => ['--cap-drop', capability]),
    '--user',
    `${security.runAsUser}:${security.runAsGroup}`,
    '--memory',
    memory.replace('Gi', 'g'),
    '--cpus',
    cpu,
    ...tmpfs.flatMap((path) => ['--tmpfs', path]),
    ...container.env.flatMap(({ name, value }) => ['-e', `${name}=${value}`]),
    '-v',
    `${DIGITS}/model:/mnt/models:ro`,
  ]
}

if (!skip) buildImage()

for (const [name, container, security] of [
  ['Deployment', server, { ...pod.securityContext, ...server?.securityContext }],
  ['ClusterServingRuntime', kserve, kserve?.securityContext ?? {}],
] as const) {
  t.test(`${name}: it serves as a user without rights`, { skip }, async (t) => {
    if (container === undefined) throw new Error('the manifest has no container')
    const running = await start(flagsOf(container, security))
    t.teardown(() => running.remove())
    await untilServing(running)
    const response = await running.post(readFileSync(`${DIGITS}/digits/3.png`), {
      'content-type': 'image/png',
    })
    t.equal(response.status, 200)
    t.match(await response.json(), { predictions: [[{ label: '3' }]] })
    // Of every process: its user, its effective and bounding capabilities, and whether it may gain any.
    const status = await running.exec(
      "cat /proc/[0-9]*/status | grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs):' | sort -u | tr -s '[:space:]' ' '",
    )
    t.equal(
      status.trim(),
      'CapBnd: 0000000000000000 CapEff: 0000000000000000 NoNewPrivs: 1 Uid: 1000 1000 1000 1000',
    )
    await t.rejects(running.exec('touch /app/x'), 'the root is read-only')
    await t.rejects(running.exec('touch /mnt/models/x'), 'the model is read-only')
    t.notMatch(await running.logs(), /"level":"(error|fatal)"/)
    t.equal(await running.stop(), 0)
    t.match(await running.logs(), /no requests lost/)
  })
}
