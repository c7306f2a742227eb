import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const repository = fileURLToPath(new URL("../..", import.meta.url));

// The tests live outside this package, with the other tests: globals spare them an import of vitest,
// which they could not resolve from there.
export default defineConfig({
  server: { fs: { allow: [repository] } },
  test: {
    dir: `${repository}tests/frontend`,
    include: ["**/*.test.ts"],
    environment: "jsdom",
    // One document for all files of a worker: making one takes longer than most files' tests.
    pool: "threads",
    isolate: false,
    unstubGlobals: true,
    globals: true,
    setupFiles: `${repository}tests/frontend/setup.ts`,
    restoreMocks: true,
    testTimeout: 60_000, // no test is about time
  },
});
