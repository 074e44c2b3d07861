/** SageMaker's control plane. */

import type { Service } from '../../service.ts'
import { createEndpointConfigActions, type EndpointConfigSettings } from './endpoint-configs.ts'
import { createEndpointActions, type EndpointSettings } from './endpoints.ts'
import { createModelActions, type ModelSettings } from './models.ts'
import { createTagActions } from './tags.ts'

export const createSageMaker = (
  settings: ModelSettings & EndpointConfigSettings & EndpointSettings,
): Service => ({
  name: 'sagemaker',
  target: 'SageMaker',
  actions: {
    ...createModelActions(settings),
    ...createEndpointConfigActions(settings),
    ...createEndpointActions(settings),
    ...createTagActions(settings.store),
  },
})
