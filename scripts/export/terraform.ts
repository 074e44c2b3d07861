/**
 * A Terraform configuration in JSON for the provider awscc, whose resources are CloudFormation's with their names in snake_case
 * (its documentation, and `internal/naming` in its sources).
 */

import { type Exported, isArnOf, type Resource } from './resources.ts'

/** `VolumeSizeInGB` is volume_size_in_gb, `EnableSSMAccess` enable_ssm_access, `S3Uri` s3_uri. */
export const snakeCase = (name: string): string =>
  name
    .replace('CloudWatch', 'Cloudwatch')
    .replace(/([a-z])(?=[A-Z0-9])|([0-9])(?=[A-Za-z])|([A-Z])(?=[A-Z][a-z])/g, '$&_')
    .toLowerCase()

/** `AWS::SageMaker::EndpointConfig` is awscc_sagemaker_endpoint_config. */
const typeOf = (type: string): string => {
  const [, service = '', resource = ''] = type.split('::')
  return `awscc_${service.toLowerCase()}_${snakeCase(resource)}`
}

/** Terraform would take these for the beginning of an expression. */
const literal = (text: string): string => text.replace(/([$%])\{/g, '$1$1{')

const address = ({ type, id }: Resource): string => `${typeOf(type)}.${snakeCase(id)}`

/** What has no members of its own in the schema is JSON text to the provider. */
const JSON_TEXT = new Set(['Environment'])

/** Each version has names of its own, and the endpoint leaves the old one only when the new one is there. */
const VERSIONED = new Set([
  'AWS::SageMaker::Model',
  'AWS::SageMaker::EndpointConfig',
  'AWS::CloudWatch::Alarm',
])

export const terraform = ({ resources }: Exported, region: string, notes: readonly string[]) => {
  const found = (id: string): string => address(resources.find((each) => each.id === id) as Resource)
  const attribute = (value: unknown): unknown => {
    if (isArnOf(value)) return `\${${found(value.arnOf)}.arn}`
    if (typeof value === 'string') return literal(value)
    if (Array.isArray(value)) return value.map(attribute)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, each]) =>
        each === undefined
          ? []
          : [[snakeCase(name), JSON_TEXT.has(name) ? literal(JSON.stringify(each)) : attribute(each)]],
      ),
    )
  }
  const types = [...new Set(resources.map(({ type }) => type))]
  return {
    '//': notes.join(' '),
    terraform: { required_providers: { awscc: { source: 'hashicorp/awscc' } } },
    provider: { awscc: { region } },
    resource: Object.fromEntries(
      types.map((type) => [
        typeOf(type),
        Object.fromEntries(
          resources
            .filter((each) => each.type === type)
            .map(({ id, properties, after }) => [
              snakeCase(id),
              {
                ...(attribute(properties) as Record<string, unknown>),
                ...(after.length > 0 && { depends_on: after.map(found) }),
                ...(VERSIONED.has(type) && { lifecycle: { create_before_destroy: true } }),
              },
            ]),
        ),
      ]),
    ),
  }
}
