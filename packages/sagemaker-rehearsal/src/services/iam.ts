/** IAM as far as a check before a deployment asks: every role exists and trusts SageMaker and Lambda, and all is allowed but what a fault denies. */

import type { Clock } from '../clock.ts'
import type { Faults } from '../faults.ts'
import { type Actions, MODEL } from '../models/iam.ts'
import type { Service, Actions as Table } from '../service.ts'

const TRUST = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: ['sagemaker.amazonaws.com', 'lambda.amazonaws.com'] },
      Action: 'sts:AssumeRole',
    },
  ],
}

export const createIam = (clock: Clock, faults: Faults): Service => {
  const startedAt = clock.now()
  return {
    name: 'iam',
    query: { signingName: 'iam', xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
    model: MODEL,
    invalidCode: 'ValidationError',
    actions: {
      GetRole: ({ RoleName }, { partition, account }) => ({
        Role: {
          Path: '/',
          RoleName,
          RoleId: 'AROAREHEARSAL00000000',
          Arn: `arn:${partition}:iam::${account}:role/${RoleName}`,
          CreateDate: new Date(startedAt),
          AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(TRUST)),
          MaxSessionDuration: 3600,
        },
      }),
      SimulatePrincipalPolicy: ({ ActionNames, ResourceArns = ['*'] }) => ({
        IsTruncated: false,
        EvaluationResults: ActionNames.flatMap((name) =>
          ResourceArns.map((resource) => ({
            EvalActionName: name,
            EvalResourceName: resource,
            EvalDecision: faults.isDenied(name) ? 'implicitDeny' : 'allowed',
          })),
        ),
      }),
    } satisfies Table<Actions>,
  }
}
