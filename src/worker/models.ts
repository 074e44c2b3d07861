/** The models that this worker holds, by name; one today. */

import type { ModelFolder } from '../model/model.ts'
import type { LoadOptions } from '../protocol/messages.ts'
import type { Recipe } from './engine/sample.ts'
import { contain } from './handler/contain.ts'
import { shownCode } from './handler/place.ts'
import type { LoadedModel } from './load.ts'
import { loadFolder } from './load-folder.ts'

export class Models {
  readonly #held = new Map<string, LoadedModel>()

  async load(name: string, options: LoadOptions): Promise<LoadedModel> {
    // Another process of ours made the folder and the recipe; the server has only passed them on.
    const ours = options as LoadOptions<ModelFolder, Recipe>
    const { code } = ours.folder
    if (code !== undefined) contain(shownCode({ code }))
    const loaded = await loadFolder(ours)
    this.#held.set(name, loaded)
    return loaded
  }

  readonly find = (name: string): LoadedModel => {
    const loaded = this.#held.get(name)
    if (loaded === undefined) throw new Error(`a run of "${name}" before it was loaded. This is a bug.`)
    return loaded
  }
}
