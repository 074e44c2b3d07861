/**
 * Who may call a function's URL. Lambda developer guide, "Control access to Lambda function URLs": without authentication the policy
 * must let everybody, and since October 2025 by two actions. Callers with credentials of the account need no such policy.
 */

import type { AddPermissionCommandInput } from '@aws-sdk/client-lambda'
import { ALIAS } from './session.ts'

export const permissionsFor = (
  name: string,
  url: { auth: 'iam' | 'none' } | undefined,
): AddPermissionCommandInput[] => {
  if (url?.auth !== 'none') return []
  const everybody = { FunctionName: name, Qualifier: ALIAS, Principal: '*' }
  return [
    {
      ...everybody,
      StatementId: 'onnx-serving-url',
      Action: 'lambda:InvokeFunctionUrl',
      FunctionUrlAuthType: 'NONE',
    },
    {
      ...everybody,
      StatementId: 'onnx-serving-url-invoke',
      Action: 'lambda:InvokeFunction',
      InvokedViaFunctionUrl: true,
    },
  ]
}
