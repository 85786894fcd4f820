import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { createBundles } from '../../local/lambda/bundle.ts';

/** The functions of functions/, by name. */
export const FUNCTIONS = readdirSync(path.resolve(import.meta.dirname, '../../functions')).map((file) =>
  path.basename(file, '.ts'),
);

/** How large a function's minified bundle is in a packaged stack, the SDK inside. It is the same wherever it is packaged. */
export function bundleBytes(directory: string, name: string): number {
  const bundles = createBundles();
  try {
    return statSync(path.join(bundles.open(path.join(directory, `${name}.zip`)), `functions/${name}.mjs`)).size;
  } finally {
    bundles.close();
  }
}
