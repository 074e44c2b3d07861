import { chmodSync } from 'node:fs'
import t from 'tap'
import { freeMemory, hasRoom } from '../../../src/server/machine/free-memory.ts'

t.test('a second worker needs what the first has taken, and a quarter more', async (t) => {
  t.equal(hasRoom([80_000], [76_000]), true)
  t.equal(hasRoom([16_000], [8_900]), true)
  t.equal(hasRoom([16_000], [8_000]), false)
  t.equal(hasRoom([16_000], [15]), false)
})

t.test('of several cards the one counts that the first worker has', async (t) => {
  t.equal(hasRoom([80_000, 80_000], [80_000, 20_000]), false)
  t.equal(hasRoom([9_000, 80_000], [9_000, 76_000]), true)
})

t.test('where nothing is known there is no room', async (t) => {
  for (const [before, after] of [
    [[], []],
    [[16_000], []],
    [[], [16_000]],
    [[Number.NaN], [Number.NaN]],
    [[16_000], [16_000]],
  ] as const)
    t.equal(hasRoom(before, after), false)
})

t.test('free memory is what nvidia-smi prints; without it, and for a CPU, nothing', async (t) => {
  t.same(await freeMemory('cpu'), [])
  const { PATH } = process.env
  t.teardown(() => {
    process.env.PATH = PATH
  })
  process.env.PATH = '/nowhere'
  t.same(await freeMemory('cuda'), [])
  const folder = t.testdir({ 'nvidia-smi': '#!/bin/sh\necho "15102"; echo "40000"' })
  chmodSync(`${folder}/nvidia-smi`, 0o755)
  process.env.PATH = `${folder}:${PATH}`
  t.same(await freeMemory('cuda'), [15_102, 40_000])
})
