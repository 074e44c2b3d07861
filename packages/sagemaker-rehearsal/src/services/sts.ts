/** STS: who am I? */

import { z } from 'zod'
import { action, type Service } from '../service.ts'

export const createSts = (): Service => ({
  name: 'sts',
  query: { signingName: 'sts', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
  actions: {
    GetCallerIdentity: action(z.looseObject({}), (_, { account, partition }) => ({
      Arn: `arn:${partition}:iam::${account}:user/rehearsal`,
      UserId: 'AIDAREHEARSAL00000000',
      Account: account,
    })),
  },
})
