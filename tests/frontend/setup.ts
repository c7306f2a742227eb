/** jsdom lays nothing out, and so has nothing that tells of sizes. */
globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};
