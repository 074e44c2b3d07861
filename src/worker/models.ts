/** The models that this worker holds, by name; one today. */

import type { ModelFolder } from '../model/model.ts'
import type { LoadOptions } from '../protocol/messages.ts'
import type { Recipe } from './engine/sample.ts'
import type { LoadedModel } from './load.ts'
import { loadFolder } from './load-folder.ts'

export class Models {
  readonly #held = new Map<string, LoadedModel>()

  async load(name: string, options: LoadOptions): Promise<LoadedModel> {
    // Another process of ours made the folder and the recipe; the server has only passed them on.
    const loaded = await loadFolder(options as LoadOptions<ModelFolder, Recipe>)
    this.#held.set(name, loaded)
    return loaded
  }

  readonly find = (name: string): LoadedModel => {
    const loaded = this.#held.get(name)
    if (loaded === undefined) throw new Error(`a run of "${name}" before it was loaded. This is a bug.`)
    return loaded
  }
}
