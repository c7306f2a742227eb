import besselj0 from "@stdlib/math-base-special-besselj0";
import besselj1 from "@stdlib/math-base-special-besselj1";
import bessely0 from "@stdlib/math-base-special-bessely0";
import bessely1 from "@stdlib/math-base-special-bessely1";
import psi from "@stdlib/math-base-special-digamma";
import erf from "@stdlib/math-base-special-erf";
import erfc from "@stdlib/math-base-special-erfc";
import erfinv from "@stdlib/math-base-special-erfinv";
import gamma from "@stdlib/math-base-special-gamma";
import gammaln from "@stdlib/math-base-special-gammaln";

// The functions of scipy.special; where the library differs at a pole or at infinity, SciPy's value is given.
export { erf, erfc, erfinv, gamma, gammaln };

/** The library reflects after it has rounded 1 − x, which costs digits; the fraction of x itself is exact. */
export function digamma(x: number): number {
  if (x === 0) return -1 / x;
  if (!(x < 0)) return psi(x);
  const fraction = x - Math.round(x);
  return fraction === 0 ? NaN : psi(1 - x) - Math.PI / Math.tan(Math.PI * fraction);
}

// SciPy has NaN at infinity, where these have no phase.
export const j0 = (x: number): number => besselj0(atFinite(x));
export const j1 = (x: number): number => besselj1(atFinite(x));
export const y0 = (x: number): number => bessely0(atFinite(x));
export const y1 = (x: number): number => bessely1(atFinite(x));

function atFinite(x: number): number {
  return x - x === 0 ? x : NaN;
}

/** The m-th derivative of the digamma function; NaN where m is no whole number from 0 up. */
export function polygamma(m: number, x: number): number {
  if (m === 0) return digamma(x);
  if (!(m > 0) || m !== Math.floor(m)) return NaN;
  const size = gamma(m + 1) * zeta(m + 1, x);
  return m % 2 ? size : -size;
}

/** Σ (q + k)⁻ˢ over k = 0, 1, …, for a whole s > 1. */
function zeta(s: number, q: number): number {
  if (q > 0 || q !== q) return zetaOfPositive(s, q);
  if (q === Math.floor(q)) return Infinity;
  // The negative terms mirrored, so that their number does not matter. Near halves the first two nearly cancel.
  const whole = Math.floor(q);
  const mirror = s % 2 ? -1 : 1;
  const all = zetaOfPositive(s, q - whole) + mirror * zetaOfPositive(s, whole + 1 - q);
  return all - mirror * zetaOfPositive(s, 1 - q);
}

/** (2k)! / B₂ₖ for k = 1, 2, … */
const EULER_MACLAURIN = [
  12, -720, 30240, -1209600, 47900160, -1.8924375803183791606e9, 7.47242496e10, -2.950130727918164224e12,
  1.1646782814350067249e14, -4.5979787224074726105e15, 1.8152105401943546773e17, -7.1661652561756670113e18,
];

/** Summed up to 9 or beyond, and the rest by the Euler–Maclaurin formula (Moshier, Cephes, 1989, zeta.c). */
function zetaOfPositive(s: number, q: number): number {
  if (q > 1e8) return (1 / (s - 1) + 0.5 / q) * q ** (1 - s);
  let sum = 0;
  let a = q;
  for (let k = 0; k < 9 || a <= 9; k++, a++) sum += a ** -s;
  let term = a ** -s;
  sum += (term * a) / (s - 1) + 0.5 * term;
  for (let k = 0, factor = s; k < EULER_MACLAURIN.length; k++) {
    term /= a;
    sum += (factor * term) / EULER_MACLAURIN[k];
    factor *= (s + 2 * k + 1) * (s + 2 * k + 2);
    term /= a;
  }
  return sum;
}
