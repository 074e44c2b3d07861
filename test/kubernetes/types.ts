/** What the tests read of a Deployment and a ClusterServingRuntime. */

export type Security = {
  runAsUser?: number
  runAsGroup?: number
  allowPrivilegeEscalation: boolean
  readOnlyRootFilesystem: boolean
  capabilities: { drop: string[] }
}

type Probe = { httpGet: { path: string } }

export type PodContainer = {
  name: string
  args: string[]
  env: { name: string; value: string }[]
  ports: { name?: string; containerPort: number }[]
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[]
  resources: { limits: { cpu: string; memory: string } }
  startupProbe: Probe
  readinessProbe: Probe
  livenessProbe: Probe
  lifecycle: { preStop: { sleep: { seconds: number } } }
  securityContext: Security
}

export type Deployment = {
  spec: {
    template: {
      metadata: { labels: object }
      spec: {
        containers: PodContainer[]
        initContainers: PodContainer[]
        volumes: { name: string }[]
        terminationGracePeriodSeconds: number
        securityContext: Partial<Security>
      }
    }
  }
}

export type Runtime = { spec: { containers: PodContainer[] } }
