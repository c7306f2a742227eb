import { format as formatFor } from "d3-format";

const formats = new Map<string, (value: number) => string>();

/** The format of a specifier, read once. */
function format(specifier: string): (value: number) => string {
  let made = formats.get(specifier);
  if (!made) formats.set(specifier, (made = formatFor(specifier)));
  return made;
}

const scientific = format(".2~e");

/** Write a number with `digits` significant digits and no trailing change of width: 4 gives −57.90 and 0.003120. */
export function number(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const exponent = exponentOf(value, digits);
  if (value === 0) return "0";
  if (exponent < -4 || exponent > 5) return scientific(value).replace("e+", "e");
  return format(`.${Math.max(0, digits - 1 - exponent)}f`)(value);
}

/** Write the numbers of one table alike: as many decimals as its largest has with `digits` significant digits. */
export function inTable(value: number, largest: number, digits: number): string {
  if (!Number.isFinite(value) || value === 0) return number(value);
  const exponent = exponentOf(largest, digits);
  if (exponent < -3 || exponent > 4) return number(value, digits);
  return format(`.${Math.max(0, digits - 1 - exponent)}f`)(value);
}

/** Write a number as short as it can be at `digits` significant digits, for ticks and captions. */
export function short(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return number(value);
  const exponent = exponentOf(value, digits);
  const text = format(exponent < -4 ? `.${digits - 1}~e` : `.${digits}~g`)(value).replace("e+", "e");
  return exponent >= digits && exponent < 5 ? format(".0f")(value) : text;
}

/** Write a number with as many digits, up to three, as `letters` letters hold. */
export function within(value: number, letters: number): string {
  return [3, 2, 1].map((digits) => short(value, digits)).find((text) => text.length <= letters) ?? format(".0e")(value);
}

export function subscript(i: number): string {
  return [...String(i)].map((digit) => String.fromCharCode(0x2080 + Number(digit))).join("");
}

/** What the eigenvector at place k is called. */
export function eigenvector(k: number): string {
  return `v${subscript(k + 1)}`;
}

/** The power of ten that a number has once it is rounded: 0.9999999 has that of 1. */
function exponentOf(value: number, digits: number): number {
  return value === 0 ? 0 : Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits)))));
}

/** Write a value of a slider: as many decimals as its step has, more where the value lies between the steps. */
export function onSteps(value: number, step: number): string {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (decimals <= 8 && Math.abs(value) < 1e7 && Math.abs(value - Number(value.toFixed(decimals))) < 1e-9 * step) {
    return format(`.${decimals}f`)(value);
  }
  return format(".7~g")(value).replace("e+", "e");
}

/** Read what a person typed; null if it is no number. A true minus sign is one too. */
export function parse(text: string): number | null {
  const value = Number(text.trim().replace("−", "-"));
  return text.trim() !== "" && Number.isFinite(value) ? value : null;
}
