import { spawnSync } from 'node:child_process';

/** True where python3 is on the PATH and finds the module, which is not loaded: that takes longer than most tests. */
export function hasPython(module: string): boolean {
  const find = `import importlib.util, sys; sys.exit(importlib.util.find_spec(${JSON.stringify(module)}) is None)`;
  return spawnSync('python3', ['-c', find], { stdio: 'ignore' }).status === 0;
}
