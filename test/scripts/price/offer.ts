/** A price list in AWS's form, as far as it is read: the prices are made up. */

type Row = { usagetype: string; dollars: string; unit?: string; regionCode?: string }

export const offerOf = (rows: readonly Row[]) => ({
  formatVersion: 'v1.0',
  disclaimer: 'made up',
  offerCode: 'AmazonSageMaker',
  version: '20261120000000',
  publicationDate: '2026-11-20T00:00:00Z',
  products: Object.fromEntries(
    rows.map(({ usagetype, regionCode = 'eu-west-1' }, at) => [
      `SKU${at}`,
      {
        sku: `SKU${at}`,
        productFamily: 'ML Instance',
        attributes: { servicecode: 'AmazonSageMaker', regionCode, usagetype },
      },
    ]),
  ),
  terms: {
    OnDemand: Object.fromEntries(
      rows.map(({ dollars, unit = 'Hrs' }, at) => [
        `SKU${at}`,
        {
          [`SKU${at}.TERM`]: {
            sku: `SKU${at}`,
            priceDimensions: {
              [`SKU${at}.TERM.RATE`]: {
                unit,
                beginRange: '0',
                endRange: 'Inf',
                pricePerUnit: { USD: dollars },
              },
            },
          },
        },
      ]),
    ),
  },
})
