/**
 * The two passes of separable resampling in fixed point, with WebAssembly's SIMD: what src/worker/image/separable.ts asks for, which
 * says what weights are. AssemblyScript; `npm run wasm` compiles it into src/worker/image/resample-wasm.ts. All pointers are
 * byte offsets into the memory; behind what is read and written, 16 bytes may be read or overwritten.
 */

/** Four numbers to bytes, clipped to 0…255, in the lowest four bytes. */
function clip(sums: v128): v128 {
  const narrow = i16x8.narrow_i32x4_s(sums, sums)
  return i8x16.narrow_i16x8_u(narrow, narrow)
}

/** Four bytes from an address as 32-bit numbers. */
function fourFrom(at: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)))
}

/** Rows of `channels` bytes a pixel, 1 or 3, each resampled to `width` pixels. */
export function alongRows(
  from: usize,
  rowBytes: i32,
  to: usize,
  rows: i32,
  width: i32,
  channels: i32,
  starts: usize,
  counts: usize,
  weights: usize,
  stride: i32,
  bits: i32,
): void {
  const half: i32 = 1 << (bits - 1)
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < width; x++) {
      let at = from + load<i32>(starts + (x << 2)) * channels
      let weight = weights + ((x * stride) << 2)
      const end = weight + (load<i32>(counts + (x << 2)) << 2)
      if (channels === 3) {
        let sums = i32x4.splat(half)
        for (; weight < end; weight += 4, at += 3) {
          sums = i32x4.add(sums, i32x4.mul(fourFrom(at), v128.load32_splat(weight)))
        }
        // The fourth byte is the next pixel's, which comes later.
        store<i32>(to, i32x4.extract_lane(clip(i32x4.shr_s(sums, bits)), 0))
        to += 3
      } else {
        let sum = half
        for (; weight < end; weight += 4, at++) sum += <i32>load<u8>(at) * load<i32>(weight)
        store<u8>(to, <u8>max<i32>(0, min<i32>(255, sum >> bits)))
        to++
      }
    }
    from += rowBytes
  }
}

/** Rows of `rowBytes` bytes, whatever they are; `from` is the row number `first`. The weights are those of `rows` rows of the result. */
export function alongColumns(
  from: usize,
  rowBytes: i32,
  first: i32,
  to: usize,
  rows: i32,
  starts: usize,
  counts: usize,
  weights: usize,
  stride: i32,
  bits: i32,
): void {
  const half = i32x4.splat(1 << (bits - 1))
  for (let y = 0; y < rows; y++) {
    const top = from + (load<i32>(starts + (y << 2)) - first) * rowBytes
    const begin = weights + ((y * stride) << 2)
    const end = begin + (load<i32>(counts + (y << 2)) << 2)
    for (let x = 0; x < rowBytes; x += 16) {
      let a = half
      let b = half
      let c = half
      let d = half
      let at = top + x
      for (let weight = begin; weight < end; weight += 4, at += rowBytes) {
        const by = v128.load32_splat(weight)
        const bytes = v128.load(at)
        const low = i16x8.extend_low_i8x16_u(bytes)
        const high = i16x8.extend_high_i8x16_u(bytes)
        a = i32x4.add(a, i32x4.mul(i32x4.extend_low_i16x8_u(low), by))
        b = i32x4.add(b, i32x4.mul(i32x4.extend_high_i16x8_u(low), by))
        c = i32x4.add(c, i32x4.mul(i32x4.extend_low_i16x8_u(high), by))
        d = i32x4.add(d, i32x4.mul(i32x4.extend_high_i16x8_u(high), by))
      }
      const left = i16x8.narrow_i32x4_s(i32x4.shr_s(a, bits), i32x4.shr_s(b, bits))
      const right = i16x8.narrow_i32x4_s(i32x4.shr_s(c, bits), i32x4.shr_s(d, bits))
      // Behind the end of the row the next begins, which is written later.
      v128.store(to + x, i8x16.narrow_i16x8_u(left, right))
    }
    to += rowBytes
  }
}
