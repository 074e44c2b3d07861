/** ListModels, ListEndpointConfigs and ListEndpoints are one thing. */

import type { z } from 'zod'
import { page } from '../../service.ts'
import type { LIST } from './schemas.ts'

export type Listed = { name: string; createdAt: number; status?: string }

/** The page that was asked for, filtered and sorted. */
export const listed = <Item extends Listed>(
  items: Iterable<Item>,
  query: z.output<typeof LIST>,
): { items: Item[]; next?: string } => {
  const { NameContains = '', SortBy, SortOrder, StatusEquals } = query
  const after = (query.CreationTimeAfter ?? Number.NEGATIVE_INFINITY) * 1000
  const before = (query.CreationTimeBefore ?? Number.POSITIVE_INFINITY) * 1000
  const kept = [...items].filter(
    ({ name, createdAt, status }) =>
      name.toLowerCase().includes(NameContains.toLowerCase()) &&
      createdAt > after &&
      createdAt < before &&
      (StatusEquals === undefined || status === StatusEquals),
  )
  const order = (a: Item, b: Item): number =>
    SortBy === 'CreationTime' && a.createdAt !== b.createdAt
      ? a.createdAt - b.createdAt
      : a.name < b.name
        ? -1
        : 1
  kept.sort((a, b) => (SortOrder === 'Ascending' ? order(a, b) : order(b, a)))
  return page(kept, query.MaxResults, query.NextToken)
}
