import t from 'tap'
import { toGray } from '../../../src/worker/image/pixels.ts'

t.test('rounds gray as Pillow does, exact halves up', async (t) => {
  const colours = [0, 52, 184, 1, 53, 185, 255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]
  const gray = toGray({ width: 6, height: 1, channels: 3, data: Uint8Array.from(colours) })
  t.same([...gray.data], [52, 53, 76, 150, 29, 9])
  t.equal(gray.channels, 1)
})
