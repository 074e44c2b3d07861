/** sts 2011-06-15, written by scripts/generate-models.ts from botocore 1.44.8. */

import type { Model } from '../model.ts'

export type GetCallerIdentityRequest = {}

export type GetCallerIdentityResponse = {
  UserId?: string | undefined
  Account?: string | undefined
  Arn?: string | undefined
}

export type Actions = {
  GetCallerIdentity: { input: GetCallerIdentityRequest; output: GetCallerIdentityResponse }
}

export const MODEL: Model = {
  actions: {
    GetCallerIdentity: {"input":"GetCallerIdentityRequest","output":"GetCallerIdentityResponse"},
  },
  shapes: {
    GetCallerIdentityRequest: {"type":"structure","members":{}},
    GetCallerIdentityResponse: {"type":"structure","members":{"UserId":"userIdType","Account":"accountType","Arn":"arnType"}},
    accountType: {"type":"string"},
    arnType: {"type":"string","min":20,"max":2048,"pattern":"[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+"},
    userIdType: {"type":"string"},
  },
}
