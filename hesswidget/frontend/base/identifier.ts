/** An identifier that nothing else in the page has. */
export function uniqueIdentifier(): string {
  return `hw-${Math.random().toString(36).slice(2, 12)}`;
}
