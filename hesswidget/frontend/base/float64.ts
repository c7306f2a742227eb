/** Arrays of float64 as bytes: as Jupyter hands them over, and as they are saved. Twin of hesswidget/float64.py. */

export type Bytes = ArrayBuffer | ArrayBufferView;

/** A copy, since what arrives may lie at any offset. */
export function copyOf(bytes: Bytes): ArrayBuffer {
  if (bytes instanceof ArrayBuffer) return bytes.slice(0);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

/** The numbers that bytes write, copied. */
export function numbersIn(bytes: Bytes): Float64Array<ArrayBuffer> {
  return new Float64Array(copyOf(bytes));
}

/** Points of n coordinates each, which the numbers are one after the other: where they are, not copied. */
export function pointsIn(numbers: Float64Array, n: number): Float64Array[] {
  return Array.from({ length: numbers.length / n }, (_, k) => numbers.subarray(k * n, (k + 1) * n));
}

/** The bytes of numbers, where they are. */
export function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
