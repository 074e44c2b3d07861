/** ListModels, ListEndpointConfigs and ListEndpoints are one thing. */

import { page } from '../../service.ts'

type Query = {
  NameContains?: string | undefined
  SortBy?: string | undefined
  SortOrder?: string | undefined
  StatusEquals?: string | undefined
  CreationTimeAfter?: Date | undefined
  CreationTimeBefore?: Date | undefined
  MaxResults?: number | undefined
  NextToken?: string | undefined
}

export type Listed = { name: string; createdAt: number; status?: string }

/** The page that was asked for, filtered and sorted. */
export const listed = <Item extends Listed>(
  items: Iterable<Item>,
  query: Query,
): { items: Item[]; next?: string } => {
  const { NameContains = '', SortBy = 'CreationTime', SortOrder = 'Descending', StatusEquals } = query
  const after = query.CreationTimeAfter?.getTime() ?? Number.NEGATIVE_INFINITY
  const before = query.CreationTimeBefore?.getTime() ?? Number.POSITIVE_INFINITY
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
  return page(kept, query.MaxResults ?? 10, query.NextToken)
}
