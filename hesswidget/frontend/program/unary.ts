import type { Unary } from "./operations";
import { digamma, erf, erfc, erfinv, gamma, gammaln, j0, j1, y0, y1 } from "./special";

type Loop = (out: Float64Array, x: Float64Array) => void;

/** One loop per function: in a shared one the engine could not inline the call, and would box every number. */
export const UNARY_LOOPS: { readonly [N in Unary]: Loop } = {
  negative: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = -x[i]; },
  absolute: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.abs(x[i]); },
  sign: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = sign(x[i]); },
  sqrt: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(x[i]); },
  exp: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.exp(x[i]); },
  expm1: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.expm1(x[i]); },
  log: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.log(x[i]); },
  log1p: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.log1p(x[i]); },
  sin: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.sin(x[i]); },
  cos: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.cos(x[i]); },
  tan: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.tan(x[i]); },
  arcsin: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.asin(x[i]); },
  arccos: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.acos(x[i]); },
  arctan: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.atan(x[i]); },
  sinh: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.sinh(x[i]); },
  cosh: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.cosh(x[i]); },
  tanh: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.tanh(x[i]); },
  arcsinh: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.asinh(x[i]); },
  arccosh: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.acosh(x[i]); },
  arctanh: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.atanh(x[i]); },
  floor: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.floor(x[i]); },
  ceil: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = Math.ceil(x[i]); },
  rint: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = rint(x[i]); },
  isnan: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = x[i] !== x[i] ? 1 : 0; },
  isfinite: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = x[i] - x[i] === 0 ? 1 : 0; },
  logical_not: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = x[i] === 0 ? 1 : 0; },
  erf: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = erf(x[i]); },
  erfc: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = erfc(x[i]); },
  erfinv: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = erfinv(x[i]); },
  gamma: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = gamma(x[i]); },
  gammaln: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = gammaln(x[i]); },
  digamma: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = digamma(x[i]); },
  j0: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = j0(x[i]); },
  j1: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = j1(x[i]); },
  y0: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = y0(x[i]); },
  y1: (out, x) => { for (let i = 0; i < out.length; i++) out[i] = y1(x[i]); },
};

/** Unlike Math.sign, 0 for −0, as NumPy has it. */
function sign(x: number): number {
  return x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : x;
}

/** From 2⁵² on every number is whole, so that adding and subtracting it leaves the rounding to the processor. */
export function rint(x: number): number {
  const whole = 2 ** 52;
  if (x > 0 && x < whole) return x + whole - whole;
  return x < 0 && x > -whole ? -(whole - x - whole) : x;
}
