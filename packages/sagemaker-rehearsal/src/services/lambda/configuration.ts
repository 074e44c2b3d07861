/** A version as Lambda describes it. */

import type { FunctionConfiguration } from '../../models/lambda.ts'
import type { FunctionCode, LambdaFunction } from '../../store.ts'
import { LATEST } from './find.ts'

/** `2026-01-31T12:00:00.000+0000`. */
export const timestamp = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000')

export const isPending = ({ createdAt, modifiedAt, readyAt }: FunctionCode, now: number): boolean =>
  createdAt === modifiedAt && now < readyAt

/** @param qualifier what it was asked by, where that is no version */
export const describe = (
  { name, arn }: LambdaFunction,
  code: FunctionCode,
  now: number,
  qualifier?: string,
): FunctionConfiguration => {
  const pending = isPending(code, now)
  const suffix = qualifier ?? (code.version === LATEST ? undefined : code.version)
  return {
    FunctionName: name,
    FunctionArn: suffix === undefined ? arn : `${arn}:${suffix}`,
    Role: code.role,
    CodeSize: 0,
    Description: code.description,
    Timeout: code.timeoutSeconds,
    MemorySize: code.memoryMb,
    LastModified: timestamp(code.modifiedAt),
    CodeSha256: sha256Of(code),
    Version: code.version,
    ...(code.vpc && { VpcConfig: { ...code.vpc, VpcId: '' } }),
    ...(Object.keys(code.environment).length > 0 && { Environment: { Variables: code.environment } }),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: code.revisionId,
    ...(pending
      ? { State: 'Pending', StateReason: 'The function is being created.', StateReasonCode: 'Creating' }
      : { State: 'Active', LastUpdateStatus: now < code.readyAt ? 'InProgress' : 'Successful' }),
    ...(!pending &&
      now < code.readyAt && {
        LastUpdateStatusReason: 'The function is being created.',
      }),
    PackageType: 'Image',
    ...(code.command && { ImageConfigResponse: { ImageConfig: { Command: code.command } } }),
    Architectures: [code.architecture],
    EphemeralStorage: { Size: code.storageMb },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
  }
}

/** Of an image it is the digest. */
export const sha256Of = ({ image }: FunctionCode): string => image.resolved.split('@sha256:')[1] ?? ''
