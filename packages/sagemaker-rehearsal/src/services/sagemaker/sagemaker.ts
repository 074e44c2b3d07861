/** SageMaker's control plane. */

import { MODEL } from '../../models/sagemaker.ts'
import type { Service } from '../../service.ts'
import { createEndpointConfigActions, type EndpointConfigSettings } from './endpoint-configs.ts'
import { createEndpointActions, type EndpointSettings } from './endpoints.ts'
import { createModelActions, type ModelSettings } from './models.ts'
import { createTagActions } from './tags.ts'
import { createTransformJobActions, type TransformJobSettings } from './transform-jobs.ts'

export const createSageMaker = (
  settings: ModelSettings & EndpointConfigSettings & EndpointSettings & TransformJobSettings,
): Service => ({
  name: 'sagemaker',
  target: 'SageMaker',
  model: MODEL,
  actions: {
    ...createModelActions(settings),
    ...createEndpointConfigActions(settings),
    ...createEndpointActions(settings),
    ...createTransformJobActions(settings),
    ...createTagActions(settings.store),
  },
})
