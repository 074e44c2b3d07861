/** `/_rehearsal/…`: what a rehearsal can be asked and told beside AWS's own calls. */

import { ZodError, z } from 'zod'
import type { Calls } from './calls.ts'
import type { Faults } from './faults.ts'
import type { Reply } from './protocols/reply.ts'

export type Control = (method: string, url: URL, body: () => Promise<Buffer>) => Promise<Reply>

const json = (status: number, value: unknown): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(value, undefined, 2)}\n`,
})

const parseFault = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

const HELP = {
  'GET /_rehearsal/calls': 'the calls so far; ?service= and ?action= narrow them',
  'DELETE /_rehearsal/calls': 'forgets them',
  'GET /_rehearsal/faults': 'the faults that are set',
  'POST /_rehearsal/faults': 'sets one',
  'DELETE /_rehearsal/faults': 'removes all; /_rehearsal/faults/ID one',
}

export const createControl = (calls: Calls, faults: Faults): Control => {
  return async (method, url, body) => {
    const [, , what = '', id] = url.pathname.split('/')
    const request = `${method} ${what}${id === undefined ? '' : '/ID'}`
    switch (request) {
      case 'GET ':
        return json(200, HELP)
      case 'GET calls': {
        const service = url.searchParams.get('service')
        const action = url.searchParams.get('action')
        return json(
          200,
          calls
            .list()
            .filter(
              (call) => (service ?? call.service) === call.service && (action ?? call.action) === call.action,
            ),
        )
      }
      case 'DELETE calls':
        calls.clear()
        return json(200, {})
      case 'GET faults':
        return json(200, faults.list())
      case 'POST faults':
        try {
          return json(200, { id: faults.add(parseFault(await body()) as Parameters<Faults['add']>[0]) })
        } catch (error) {
          if (!(error instanceof ZodError)) throw error
          return json(400, { message: z.prettifyError(error) })
        }
      case 'DELETE faults':
        faults.clear()
        return json(200, {})
      case 'DELETE faults/ID':
        return faults.remove(Number(id)) ? json(200, {}) : json(404, { message: `There is no fault ${id}.` })
      default:
        return json(404, { message: 'There is no such thing.', ...HELP })
    }
  }
}
