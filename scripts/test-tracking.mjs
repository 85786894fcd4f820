// Loaded by npm test before all else. Node's test runner follows every promise of its process, so that a test() that is called anywhere finds its suite:
// that is a fifth of the time of all tests. No more are called once every file is read, and then the runner can stop.
import asyncHooks from 'node:async_hooks';

const { createHook } = asyncHooks;
let tracking;

// The runner makes its hook when it is loaded, before any test.
asyncHooks.createHook = (callbacks) => {
  asyncHooks.createHook = createHook;
  tracking = createHook(callbacks);
  return tracking;
};

export function endTracking() {
  tracking?.disable();
}
