/**
 * What an instance of an endpoint costs an hour, by Region and type: read from AWS's price list (AWS Billing user guide,
 * "Reading the price list files"), kept beside this file by `write-prices.ts`.
 */

import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** Dollars an hour by instance type, without taxes, free tier and savings plans. */
export type PriceList = {
  region: string
  /** ISO 8601, when AWS published it. */
  publishedAt: string
  realTime: Record<string, number>
  asynchronous: Record<string, number>
}

const OFFER = z.object({
  publicationDate: z.iso.datetime(),
  products: z.record(
    z.string(),
    z.object({
      attributes: z.object({ usagetype: z.string().optional(), regionCode: z.string().optional() }),
    }),
  ),
  terms: z.object({
    OnDemand: z.record(
      z.string(),
      z.record(
        z.string(),
        z.object({
          priceDimensions: z.record(
            z.string(),
            z.object({ unit: z.string(), pricePerUnit: z.record(z.string(), z.string()) }),
          ),
        }),
      ),
    ),
  }),
})

/** `USE1-Host:ml.m5.large`: an instance of a real-time endpoint, and AsyncInf that of an asynchronous one. */
const USAGE = /(?:^|-)(Host|AsyncInf):(ml\..+)$/

/**
 * Reads the offer file of AmazonSageMaker for one Region. A type with more than one price is left out: which of them is
 * billed, the file does not say. Throws if it is no such file, or has no price of the Region.
 */
export const readOffer = (offer: unknown, region: string): PriceList => {
  const { publicationDate, products, terms } = OFFER.parse(offer)
  const found = { Host: new Map<string, Set<number>>(), AsyncInf: new Map<string, Set<number>>() }
  for (const [sku, { attributes }] of Object.entries(products)) {
    const [, kind, type] = USAGE.exec(attributes.usagetype ?? '') ?? []
    if (type === undefined || (kind !== 'Host' && kind !== 'AsyncInf') || attributes.regionCode !== region)
      continue
    const prices = Object.values(terms.OnDemand[sku] ?? {})
      .flatMap(({ priceDimensions }) => Object.values(priceDimensions))
      .filter(({ unit }) => unit === 'Hrs')
      .flatMap(({ pricePerUnit: { USD } }) => (USD === undefined ? [] : [Number(USD)]))
    found[kind].set(type, new Set([...(found[kind].get(type) ?? []), ...prices]))
  }
  if (found.Host.size === 0)
    throw new Error(`the file has no price of an instance of an endpoint in ${region}`)
  return {
    region,
    publishedAt: publicationDate,
    realTime: only(found.Host),
    asynchronous: only(found.AsyncInf),
  }
}

const only = (found: ReadonlyMap<string, ReadonlySet<number>>): Record<string, number> =>
  Object.fromEntries(
    [...found]
      .flatMap(([type, prices]) => (prices.size === 1 ? [[type, [...prices][0]] as [string, number]] : []))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

export const fileOf = (region: string): URL => new URL(`lists/${region}.json`, import.meta.url)

/** The list that is bundled for a Region; undefined where there is none. */
export const bundledPrices = (region: string): PriceList | undefined => {
  if (!/^[a-z0-9-]+$/.test(region)) return undefined
  try {
    return JSON.parse(readFileSync(fileOf(region), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
