import t from 'tap'
import type { Hub } from '../../../src/worker/hugging-face/hub.ts'
import { openSentenceTokenizer } from '../../../src/worker/hugging-face/sentence/tokens.ts'

/** @param folder tokens that sentence-transformers allows, @param model those that the model takes */
const idsOf = (length: number, folder: number | undefined, model: number | undefined) => {
  const empty = { ids: [1, 2], typeIds: [0, 0] }
  const hub = {
    files: { config: {}, sentence: { prompts: {}, maxTokens: folder } },
    tokenizer: { maxTokens: model, encode: async () => empty },
  } as unknown as Hub
  return openSentenceTokenizer(hub).encode([1, ...Array<number>(length - 2).fill(3), 2], '', true)
}

t.test(
  'token ids are no more than the folder says, nor than the model takes, nor without any bound',
  async (t) => {
    t.equal((await idsOf(8, 100, 8)).ids.length, 8)
    await t.rejects(idsOf(9, 100, 8), { message: /9 token ids are more than the 8/ })
    await t.rejects(idsOf(9, 8, 100), { message: /9 token ids are more than the 8/ })
    await t.rejects(idsOf(10_000, undefined, undefined), { message: /more than the 8192/ })
  },
)
