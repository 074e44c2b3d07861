/** STS: who am I? */

import { type Actions, MODEL } from '../models/sts.ts'
import type { Service, Actions as Table } from '../service.ts'

export const createSts = (): Service => ({
  name: 'sts',
  query: { signingName: 'sts', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
  model: MODEL,
  invalidCode: 'ValidationError',
  actions: {
    GetCallerIdentity: (_, { account, partition }) => ({
      Arn: `arn:${partition}:iam::${account}:user/rehearsal`,
      UserId: 'AIDAREHEARSAL00000000',
      Account: account,
    }),
  } satisfies Table<Actions>,
})
