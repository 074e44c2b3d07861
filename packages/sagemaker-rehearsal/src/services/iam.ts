/** IAM as far as a check before a deployment asks: every role exists and trusts SageMaker, and all is allowed but what a fault denies. */

import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Faults } from '../faults.ts'
import { action, type Service } from '../service.ts'

const TRUST = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
}

export const createIam = (clock: Clock, faults: Faults): Service => {
  const startedAt = clock.now()
  return {
    name: 'iam',
    query: { signingName: 'iam', xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
    actions: {
      GetRole: action(
        z.looseObject({
          RoleName: z
            .string()
            .min(1)
            .max(64)
            .regex(/^[\w+=,.@-]+$/),
        }),
        ({ RoleName }, { partition, account }) => ({
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
      ),
      SimulatePrincipalPolicy: action(
        z.looseObject({
          PolicySourceArn: z.string(),
          ActionNames: z.array(z.string()).min(1),
          ResourceArns: z.array(z.string()).default(['*']),
        }),
        ({ ActionNames, ResourceArns }) => ({
          IsTruncated: false,
          EvaluationResults: ActionNames.flatMap((name) =>
            ResourceArns.map((resource) => ({
              EvalActionName: name,
              EvalResourceName: resource,
              EvalDecision: faults.isDenied(name) ? 'implicitDeny' : 'allowed',
            })),
          ),
        }),
      ),
    },
  }
}
