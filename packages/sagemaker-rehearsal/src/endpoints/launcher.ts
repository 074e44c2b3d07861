/** What brings an instance up: given to the rehearsal by whoever starts it. `instances/` has two. */

export type InstanceSpec = {
  id: string
  endpoint: string
  variant: string
  model: string
  /** As the model names it. */
  image: string
  environment: Record<string, string>
  /** The unpacked archive; undefined where the image has the model in it. */
  modelFolder: string | undefined
}

export type RunningServer = {
  url: string
  /** Resolves with what is to be said about its end. */
  exited: Promise<string>
  /** Resolves when it has ended. */
  stop(): Promise<void>
}

/** Starts a server and returns at once: whether it serves is asked by /ping. */
export type Launcher = (spec: InstanceSpec, log: (line: string) => void) => Promise<RunningServer>
