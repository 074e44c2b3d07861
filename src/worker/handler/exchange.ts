/** One request on its way through the model's own code, and what the code may ask for on that way. */

import type { Context, Inputs, Request, RequestContext } from '../../handler-types.ts'
import type { Model } from '../../model/model.ts'
import type { Allowance } from '../allowance.ts'
import { parseMediaType } from '../codec/media-type.ts'
import { UNKNOWN_TYPE } from '../codec/unknown.ts'
import type { Download } from '../links/download.ts'
import { MEDIA_TYPES } from '../task/media-types.ts'
import { type Deadline, deadlineIn } from './call.ts'

export type Exchange = { context: RequestContext; deadline: Deadline }

/** What servers of files say that know nothing of one; S3 says binary/octet-stream. */
const IS_UNKNOWN = /^(?:application|binary)\/octet-stream$/

/** @param timeoutMs how long the code may take with the request */
export const beginExchange = (
  request: Request,
  allowance: Allowance,
  context: Context,
  { model, download, timeoutMs }: { model: Model | undefined; download: Download; timeoutMs: number },
): Exchange => {
  const decode = async (body: Uint8Array, contentType = request.headers['content-type']): Promise<Inputs> => {
    if (model === undefined) throw new Error('decode needs a model: the folder has no model.onnx')
    const mediaType = parseMediaType(IS_UNKNOWN.test(contentType ?? '') ? UNKNOWN_TYPE : contentType)
    const { inputs } = await MEDIA_TYPES.findDecoder(mediaType).decode(body, mediaType, model, allowance)
    return Object.fromEntries(inputs)
  }
  const own: Omit<RequestContext, keyof Context> = {
    request,
    download: (link) => download(link, request.signal),
    decode,
  }
  return {
    // Getters stay getters: a model that is not there is missed only where it is used.
    context: Object.assign(Object.create(context), own),
    deadline: deadlineIn(timeoutMs),
  }
}
