/** Misbehaviour on demand. */

import { z } from 'zod'
import { AwsError } from './aws-error.ts'
import type { Clock } from './clock.ts'

/** `sagemaker:CreateModel`; `*` stands for any text. */
const ACTION = z
  .string()
  .max(200)
  .regex(/^[\w*-]+(:[\w*]+)?$/)
  .default('*')

/** Of the calls that the fault is about: from the nth on, counted from 1, so many; one if only `nth` is given, all if neither. */
const WHICH = {
  action: ACTION,
  nth: z.int().min(1).optional(),
  times: z.int().min(1).optional(),
}

const WHEN = z.enum(['before', 'after']).default('before')

export const FAULT = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('throttle'), ...WHICH, percent: z.number().min(0).max(100).default(100) }),
  z.strictObject({
    kind: z.literal('error'),
    ...WHICH,
    when: WHEN,
    status: z.int().min(400).max(599).default(500),
    code: z.string().default('InternalFailure'),
    message: z.string().default('The request processing has failed because of an unknown error.'),
  }),
  z.strictObject({ kind: z.literal('drop'), ...WHICH, when: WHEN }),
  z.strictObject({ kind: z.literal('hang'), ...WHICH, when: WHEN }),
  z.strictObject({ kind: z.literal('deny'), action: ACTION }),
  z.strictObject({ kind: z.literal('consistency'), ms: z.int().min(0) }),
  z.strictObject({ kind: z.literal('quota'), instanceType: z.string(), limit: z.int().min(0) }),
  z.strictObject({
    kind: z.literal('silent-rollback'),
    endpoint: z.string().optional(),
    times: z.int().min(1).default(1),
  }),
])

export type FaultInput = z.input<typeof FAULT>
export type Fault = z.output<typeof FAULT>

type Installed = { id: number; fault: Fault; seen: number; used: number }

/** What is to happen to a call: an error instead of it or after its effect, or no answer at all. */
export type Effect = { when: 'before' | 'after'; what: AwsError | 'drop' | 'hang' }

/** Instances of a type that an account may have, unless a fault says otherwise. */
export const DEFAULT_QUOTA = 20

const matches = (pattern: string, action: string): boolean => {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(action)
}

/** How services say the same: those that speak XML have names of their own for it. */
const DENIED: Record<string, string> = { s3: 'AccessDenied', sts: 'AccessDenied', iam: 'AccessDenied' }
const THROTTLED: Record<string, [code: string, status: number]> = {
  s3: ['SlowDown', 503],
  sts: ['Throttling', 400],
  iam: ['Throttling', 400],
  cloudwatch: ['Throttling', 400],
}

const errorOf = (fault: Fault, action: string): AwsError | undefined => {
  const [service = ''] = action.split(':')
  if (fault.kind === 'throttle') {
    const [code, status] = THROTTLED[service] ?? ['ThrottlingException', 400]
    return new AwsError(code, service === 's3' ? 'Please reduce your request rate.' : 'Rate exceeded', {
      status,
    })
  }
  if (fault.kind === 'error') return new AwsError(fault.code, fault.message, { status: fault.status })
  if (fault.kind === 'deny')
    return new AwsError(
      DENIED[service] ?? 'AccessDeniedException',
      `User is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
      { status: 403 },
    )
  return undefined
}

export type Faults = ReturnType<typeof createFaults>

export const createFaults = (clock: Clock) => {
  let installed: Installed[] = []
  let nextId = 1

  /** True if this call is one that the fault is about; counts it. */
  const strikes = (entry: Installed): boolean => {
    const { fault } = entry
    entry.seen += 1
    const nth = 'nth' in fault ? fault.nth : undefined
    const times = 'times' in fault ? fault.times : undefined
    if (entry.seen < (nth ?? 1)) return false
    if (entry.used >= (times ?? (nth === undefined ? Number.POSITIVE_INFINITY : 1))) return false
    if (fault.kind === 'throttle' && Math.random() * 100 >= fault.percent) return false
    entry.used += 1
    return true
  }

  return {
    /** @throws ZodError when it is no fault */
    add(input: FaultInput): number {
      const fault = FAULT.parse(input)
      const id = nextId++
      installed.push({ id, fault, seen: 0, used: 0 })
      return id
    },
    remove(id: number): boolean {
      const before = installed.length
      installed = installed.filter((entry) => entry.id !== id)
      return installed.length < before
    },
    clear() {
      installed = []
    },
    list: () =>
      installed.map(({ id, fault, seen, used }) => ({ id, ...fault, callsSeen: seen, callsStruck: used })),

    /** What is to happen to a call; every fault that it concerns counts it. */
    decide(action: string): Effect | undefined {
      let effect: Effect | undefined
      for (const entry of installed) {
        const { fault } = entry
        if (!('action' in fault) || !matches(fault.action, action) || !strikes(entry)) continue
        const when = 'when' in fault ? fault.when : 'before'
        effect ??= { when, what: errorOf(fault, action) ?? (fault.kind === 'drop' ? 'drop' : 'hang') }
      }
      return effect
    },

    isDenied: (action: string): boolean =>
      installed.some(({ fault }) => fault.kind === 'deny' && matches(fault.action, action)),

    /** False for what was made so lately that reads do not find it yet. */
    isVisible(createdAt: number): boolean {
      const delays = installed.map(({ fault }) => (fault.kind === 'consistency' ? fault.ms : 0))
      return clock.now() - createdAt >= Math.max(0, ...delays)
    },

    quotaOf(instanceType: string): number {
      const found = installed.findLast(
        ({ fault }) => fault.kind === 'quota' && fault.instanceType === instanceType,
      )
      return found?.fault.kind === 'quota' ? found.fault.limit : DEFAULT_QUOTA
    },

    takeSilentRollback(endpoint: string): boolean {
      const found = installed.find(
        ({ fault, used }) =>
          fault.kind === 'silent-rollback' &&
          used < fault.times &&
          (fault.endpoint === undefined || fault.endpoint === endpoint),
      )
      if (found !== undefined) found.used += 1
      return found !== undefined
    },
  }
}
