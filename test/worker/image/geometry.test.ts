import t from 'tap'
import { cropWindow, resizedSize } from '../../../src/worker/image/geometry.ts'

t.test('scales the shortest side to n and truncates the other', async (t) => {
  t.same(resizedSize({ width: 640, height: 480 }, { shortest: 256 }), { width: 341, height: 256 })
  t.same(resizedSize({ width: 333, height: 500 }, { shortest: 224 }), { width: 224, height: 336 })
  t.same(resizedSize({ width: 50, height: 50 }, { shortest: 224 }), { width: 224, height: 224 })
})

t.test('takes a given size as it is, and without resize the size of the image', async (t) => {
  t.same(resizedSize({ width: 640, height: 480 }, { width: 10, height: 20 }), { width: 10, height: 20 })
  t.same(resizedSize({ width: 640, height: 480 }, undefined), { width: 640, height: 480 })
})

t.test('crops the centre and rounds half an offset to the even one', async (t) => {
  const offset = (spare: number) =>
    cropWindow({ width: 10 + spare, height: 10 }, { width: 10, height: 10 }).left
  t.same([0, 1, 2, 3, 4, 5, 6, 7].map(offset), [0, 0, 1, 2, 2, 2, 3, 4])
})

t.test('keeps everything without a crop', async (t) => {
  t.same(cropWindow({ width: 7, height: 5 }, undefined), { left: 0, top: 0, width: 7, height: 5 })
})
