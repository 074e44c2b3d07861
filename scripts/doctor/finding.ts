/** What a check found. */

export type Finding = {
  status: 'ok' | 'warning' | 'failed' | 'not checked'
  detail: string
  /** What to do about it. */
  fix?: string
  /** Actions that AWS will refuse. */
  refused?: string[]
}

export const ok = (detail: string): Finding => ({ status: 'ok', detail })
export const warning = (detail: string, fix: string): Finding => ({ status: 'warning', detail, fix })
export const failed = (detail: string, fix: string): Finding => ({ status: 'failed', detail, fix })
export const notChecked = (detail: string, fix?: string): Finding => ({
  status: 'not checked',
  detail,
  ...(fix !== undefined && { fix }),
})

const RANK: readonly Finding['status'][] = ['failed', 'warning', 'not checked', 'ok']

/** One finding of several, at least one: those of the worst status, in their order. */
export const combine = (findings: readonly Finding[]): Finding => {
  const status = RANK.find((rank) => findings.some((finding) => finding.status === rank)) ?? 'ok'
  const worst = findings.filter((finding) => finding.status === status)
  const fixes = [...new Set(worst.flatMap(({ fix }) => fix ?? []))]
  return {
    status,
    detail: [...new Set(worst.map(({ detail }) => detail))].join('; '),
    ...(fixes.length > 0 && { fix: fixes.join('; ') }),
  }
}
