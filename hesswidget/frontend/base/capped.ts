/** The first of what becomes elements or marks of a page, and, of those that are left out, how many there are in words. */
export function capped<T>(all: readonly T[], most: number, what: string): { shown: readonly T[]; rest: string } {
  const left = all.length - most;
  return left <= 0 ? { shown: all, rest: "" } : { shown: all.slice(0, most), rest: `and ${left.toLocaleString("en")} more ${what}` };
}
