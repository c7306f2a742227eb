/** out = a bᵀ for each of `batch` matrices a of m × k and b of n × k, row by row. */
export function multiplyTransposed(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  batch: number,
  m: number,
  n: number,
  k: number,
): void {
  for (let index = 0; index < batch; index++) {
    const o = index * m * n;
    const p = index * m * k;
    const q = index * n * k;
    let i = 0;
    for (; i + 4 <= m; i += 4) {
      let j = 0;
      for (; j + 2 <= n; j += 2) tile(out, o + i * n + j, n, a, p + i * k, b, q + j * k, k);
      for (; j < n; j++) for (let r = i; r < i + 4; r++) out[o + r * n + j] = dot(a, p + r * k, b, q + j * k, k);
    }
    for (; i < m; i++) for (let j = 0; j < n; j++) out[o + i * n + j] = dot(a, p + i * k, b, q + j * k, k);
  }
}

/** Four rows of a with two of b: eight sums stay in registers, each number read serves several. */
function tile(
  out: Float64Array,
  o: number,
  n: number,
  a: Float64Array,
  p: number,
  b: Float64Array,
  q: number,
  k: number,
): void {
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  for (const end = p + k; p < end; p++, q++) {
    const b0 = b[q];
    const b1 = b[q + k];
    const a0 = a[p];
    const a1 = a[p + k];
    const a2 = a[p + 2 * k];
    const a3 = a[p + 3 * k];
    s00 += a0 * b0;
    s01 += a0 * b1;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s30 += a3 * b0;
    s31 += a3 * b1;
  }
  out[o] = s00;
  out[o + 1] = s01;
  out[o + n] = s10;
  out[o + n + 1] = s11;
  out[o + 2 * n] = s20;
  out[o + 2 * n + 1] = s21;
  out[o + 3 * n] = s30;
  out[o + 3 * n + 1] = s31;
}

function dot(a: Float64Array, p: number, b: Float64Array, q: number, k: number): number {
  let s = 0;
  let t = 0;
  let u = 0;
  let v = 0;
  const end = p + k;
  for (; p < end - 3; p += 4, q += 4) {
    s += a[p] * b[q];
    t += a[p + 1] * b[q + 1];
    u += a[p + 2] * b[q + 2];
    v += a[p + 3] * b[q + 3];
  }
  for (; p < end; p++, q++) s += a[p] * b[q];
  return s + t + (u + v);
}
