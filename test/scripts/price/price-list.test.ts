import t from 'tap'
import { bundledPrices, readOffer } from '../../../scripts/price/price-list.ts'
import { offerOf } from './offer.ts'

t.test('instances of endpoints have their price, and nothing else has', async (t) => {
  const offer = offerOf([
    { usagetype: 'EUW1-Host:ml.m7i.large', dollars: '0.2500000000' },
    { usagetype: 'Host:ml.c7i.large', dollars: '0.5000000000' },
    { usagetype: 'EUW1-AsyncInf:ml.m7i.large', dollars: '0.7500000000' },
    { usagetype: 'EUW1-Train:ml.m7i.large', dollars: '9' },
    { usagetype: 'EUW1-Host:ml.m7i.large', dollars: '9', regionCode: 'us-east-1' },
    { usagetype: 'EUW1-Host:VolumeUsage.gp2', dollars: '9', unit: 'GB-Mo' },
  ])
  t.strictSame(readOffer(offer, 'eu-west-1'), {
    region: 'eu-west-1',
    publishedAt: '2026-11-20T00:00:00Z',
    realTime: { 'ml.c7i.large': 0.5, 'ml.m7i.large': 0.25 },
    asynchronous: { 'ml.m7i.large': 0.75 },
  })
})

t.test('a type with two prices has none', async (t) => {
  const offer = offerOf([
    { usagetype: 'EUW1-Host:ml.m7i.large', dollars: '1' },
    { usagetype: 'EUW1-Host:ml.m7i.large', dollars: '2' },
    { usagetype: 'EUW1-Host:ml.c7i.large', dollars: '1' },
    { usagetype: 'EUW1-Host:ml.c7i.large', dollars: '1.0' },
  ])
  t.strictSame(readOffer(offer, 'eu-west-1').realTime, { 'ml.c7i.large': 1 })
})

t.test('what is no such list is an error', async (t) => {
  t.throws(() => readOffer({}, 'eu-west-1'), { name: 'ZodError' })
  t.throws(() => readOffer(offerOf([]), 'eu-west-1'), /no price of an instance of an endpoint in eu-west-1/)
})

t.test('a Region without a list has none, whatever it is called', async (t) => {
  t.equal(bundledPrices('xx-nowhere-1'), undefined)
  t.equal(bundledPrices('../../../package'), undefined)
})
