import t from 'tap'
import { nearest } from '../../../scripts/config/nearest.ts'

t.test('finds the word that was meant', async (t) => {
  const words = ['staging', 'production', 'ml.m7i.large']
  t.equal(nearest('stagign', words), 'staging', 'neighbours swapped')
  t.equal(nearest('prduction', words), 'production', 'a letter left out')
  t.equal(nearest('Staging', words), 'staging', 'another case')
  t.equal(nearest('m7i.large', words), 'ml.m7i.large', 'without its prefix')
  t.equal(nearest('prod', words), 'production', 'the first letters')
  t.equal(nearest('test', words), undefined)
  t.equal(nearest('x', []), undefined)
})

t.test('a swap is one mistake: it goes before two others', async (t) => {
  t.equal(nearest('modle', ['role', 'model']), 'model')
})
