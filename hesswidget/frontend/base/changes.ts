/** Knows what each part was last made of. Arrays of numbers are the same where their numbers are. */
export class Changes {
  private readonly before = new Map<unknown, readonly unknown[]>();

  /** Whether a part is made of other things now than before, which is from now on what is now. */
  isNew(part: unknown, now: readonly unknown[]): boolean {
    const before = this.before.get(part);
    this.before.set(part, now);
    return before?.length !== now.length || now.some((value, k) => !isSame(value, before[k]));
  }
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!(one instanceof Float64Array && other instanceof Float64Array) || one.length !== other.length) return false;
  return one.every((value, k) => Object.is(value, other[k]));
}
