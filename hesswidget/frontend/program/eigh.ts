import type { Site, Step } from "./site";

/**
 * Eigenvalues and eigenvectors of symmetric matrices on the program's own memory: nothing is allocated in a run.
 *
 * Householder reflections make a matrix tridiagonal (Golub & Van Loan, Matrix Computations, 4th ed., algorithms 5.1.1
 * and 8.3.1), the QL method with implicit shifts makes that diagonal (Dubrulle, Martin & Wilkinson, Numer. Math. 12,
 * 1968). Backward stable: errors are of the order of n 2⁻⁵³ times the largest eigenvalue.
 */
export function eigh({ operands: [a], from: [shape], results: [values, vectors] }: Site<"eigh">): Step {
  const n = shape.at(-1)!;
  const [diagonal, beside, product] = [1, 2, 3].map(() => new Float64Array(n));
  const space = { rows: new Float64Array(n * n), diagonal, beside, product };
  const decompose = n === 2 ? rotateOnce : tridiagonalQL;
  const finish = (first: number, at: number, scale: number, isDone: boolean) => {
    if (isDone) return writeSorted(n, space, scale, values, first, vectors, at);
    values.fill(NaN, first, first + n);
    vectors.fill(NaN, at, at + n * n);
  };
  const step = () => {
    for (let first = 0, at = 0; first < values.length; first += n, at += n * n) {
      const scale = copyScaled(a, at, n, space.rows);
      finish(first, at, scale, scale > 0 && decompose(n, space));
    }
  };
  if (n < MANY) return step;
  function* pieces(): Generator<void, void> {
    for (let first = 0, at = 0; first < values.length; first += n, at += n * n) {
      const scale = copyScaled(a, at, n, space.rows);
      finish(first, at, scale, scale > 0 && (yield* tridiagonalQLInPieces(n, space)));
    }
  }
  return Object.assign(step, { pieces });
}

/** A matrix with so many rows takes milliseconds. */
const MANY = 64;

interface Space {
  /** First the matrix, last the eigenvectors as rows: what turns two of them works on neighbours in memory. */
  readonly rows: Float64Array;
  readonly diagonal: Float64Array;
  /** The entries beside the diagonal: `beside[i]` between i and i + 1. */
  readonly beside: Float64Array;
  readonly product: Float64Array;
}

/** Of the largest entry, which is about 1: what is smaller is zero. Its square is still far from underflow. */
const NEGLIGIBLE = 2 ** -120;
/** Steps for each eigenvalue; two or three are usual. */
const STEPS = 60;

/**
 * Copy the symmetric matrix with the lower triangle at `at`, divided by a power of two near its largest entry, so that
 * no square of an entry overflows. Returns that power; NaN if the triangle is not finite.
 */
function copyScaled(a: Float64Array, at: number, n: number, to: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const size = Math.abs(a[at + i * n + j]);
      if (!(size < Infinity)) return NaN;
      if (size > largest) largest = size;
    }
  }
  const scale = largest > 0 ? 2 ** Math.min(Math.max(Math.floor(Math.log2(largest)), -1000), 1000) : 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) to[i * n + j] = to[j * n + i] = a[at + i * n + j] / scale;
  }
  return scale;
}

/** Of two variables: one Jacobi rotation, which is exact where the numbers are simple. */
function rotateOnce(_: number, { rows, diagonal }: Space): boolean {
  const a = rows[0];
  const b = rows[1];
  const c = rows[3];
  const ratio = (c - a) / (2 * b);
  const tangent = b === 0 ? 0 : (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(1, ratio));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = tangent * cosine;
  diagonal[0] = a - tangent * b;
  diagonal[1] = c + tangent * b;
  rows[0] = rows[3] = cosine;
  rows[1] = -sine;
  rows[2] = sine;
  return true;
}

function tridiagonalQL(n: number, space: Space): boolean {
  for (let k = 0; k < n; k++) reflect(k, n, space);
  for (let k = n - 1; k >= 0; k--) accumulate(k, n, space);
  for (let k = 0; k < n; k++) if (!split(k, n, space)) return false;
  return true;
}

/** The same, a row at a time. */
function* tridiagonalQLInPieces(n: number, space: Space): Generator<void, boolean> {
  for (let k = 0; k < n; k++, yield) reflect(k, n, space);
  for (let k = n - 1; k >= 0; k--, yield) accumulate(k, n, space);
  for (let k = 0; k < n; k++, yield) if (!split(k, n, space)) return false;
  return true;
}

/** Make row k tridiagonal. Right of its diagonal it keeps the vector of reflection k, `product[k]` its factor. */
function reflect(k: number, n: number, { rows: a, diagonal, beside, product }: Space): void {
  const row = k * n;
  const first = k + 1;
  diagonal[k] = a[row + k];
  if (first === n) return;
  let rest = 0;
  for (let j = first + 1; j < n; j++) rest += a[row + j] * a[row + j];
  const lead = a[row + first];
  if (rest < NEGLIGIBLE * NEGLIGIBLE) {
    beside[k] = lead;
    product[k] = 0;
    return;
  }
  const norm = Math.sqrt(lead * lead + rest);
  const factor = 1 / (norm * (norm + Math.abs(lead)));
  beside[k] = lead < 0 ? norm : -norm;
  a[row + first] = lead - beside[k];
  // A ← A − v wᵀ − w vᵀ with p = factor · A v and w = p − (factor · pᵀv / 2) v; w goes where later factors will.
  let along = 0;
  for (let i = first; i < n; i++) {
    let sum = 0;
    for (let j = first; j < n; j++) sum += a[i * n + j] * a[row + j];
    product[i] = factor * sum;
    along += product[i] * a[row + i];
  }
  for (let i = first; i < n; i++) product[i] -= 0.5 * factor * along * a[row + i];
  for (let i = first; i < n; i++) {
    const v = a[row + i];
    const w = product[i];
    for (let j = first; j < n; j++) a[i * n + j] -= v * product[j] + w * a[row + j];
  }
  product[k] = factor;
}

/** Put the reflection that row k keeps to those after it, to the transpose of their product: from the last, the smallest. */
function accumulate(k: number, n: number, { rows, product: factors }: Space): void {
  const row = k * n;
  for (let i = k + 1; i < n && k < n - 1; i++) {
    let sum = 0;
    for (let j = k + 1; j < n; j++) sum += rows[i * n + j] * rows[row + j];
    sum *= factors[k];
    for (let j = k + 1; j < n; j++) rows[i * n + j] -= sum * rows[row + j];
    rows[i * n + k] = 0;
  }
  rows.fill(0, row + k, row + n);
  rows[row + k] = 1;
}

/** Split row `first` off the tridiagonal matrix, turning the rows alike; false if that takes more than `STEPS`. */
function split(first: number, n: number, space: Space): boolean {
  const { diagonal, beside } = space;
  for (let step = 0; ; step++) {
    let last = first;
    while (last < n - 1 && !isNegligible(beside[last], diagonal[last], diagonal[last + 1])) last++;
    if (last === first) return true;
    if (step === STEPS) return false;
    chase(n, space, first, last);
  }
}

function isNegligible(entry: number, above: number, below: number): boolean {
  return Math.abs(entry) <= Math.max(NEGLIGIBLE, Number.EPSILON * (Math.abs(above) + Math.abs(below)));
}

/** One step of QL on the block from `first` to `last`, with Wilkinson's shift: rotations from its end to its start. */
function chase(n: number, { rows, diagonal: d, beside: e }: Space, first: number, last: number): void {
  const half = (d[first + 1] - d[first]) / (2 * e[first]);
  const shift = d[first] - e[first] / (half + (half < 0 ? -length(half, 1) : length(half, 1)));
  let bulge = d[last] - shift;
  let cosine = 1;
  let sine = 1;
  let moved = 0;
  for (let i = last - 1; i >= first; i--) {
    const f = sine * e[i];
    const b = cosine * e[i];
    const r = length(f, bulge);
    e[i + 1] = r;
    if (r === 0) {
      // The block falls apart by itself.
      d[i + 1] -= moved;
      e[last] = 0;
      return;
    }
    sine = f / r;
    cosine = bulge / r;
    const rest = d[i + 1] - moved;
    const turn = (d[i] - rest) * sine + 2 * cosine * b;
    moved = sine * turn;
    d[i + 1] = rest + moved;
    bulge = cosine * turn - b;
    for (let p = i * n, q = p + n, end = q; p < end; p++, q++) {
      const upper = rows[p];
      const lower = rows[q];
      rows[q] = sine * upper + cosine * lower;
      rows[p] = cosine * upper - sine * lower;
    }
  }
  d[first] -= moved;
  e[first] = bulge;
  e[last] = 0;
}

/** √(a² + b²); `Math.hypot` is many times slower, and only needed where squares underflow. */
function length(a: number, b: number): number {
  const square = a * a + b * b;
  return square > 2 ** -900 && square < Infinity ? Math.sqrt(square) : Math.hypot(a, b);
}

/** Write the eigenvalues, ascending, and the rows as columns in the same order. */
function writeSorted(
  n: number,
  { rows, diagonal, beside: isTaken }: Space,
  scale: number,
  values: Float64Array,
  first: number,
  vectors: Float64Array,
  at: number,
): void {
  isTaken.fill(0);
  for (let k = 0; k < n; k++) {
    let least = -1;
    for (let i = 0; i < n; i++) if (!isTaken[i] && (least < 0 || diagonal[i] < diagonal[least])) least = i;
    isTaken[least] = 1;
    values[first + k] = diagonal[least] * scale;
    for (let i = 0; i < n; i++) vectors[at + i * n + k] = rows[least * n + i];
  }
}
