import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';

export interface Bundles {
  /** The folder that holds the zip's files; unpacked once for each version of the zip. */
  open(zip: string): string;
  close(): void;
}

/** Unpacks deployment packages into a temporary folder of this process. */
export function createBundles(): Bundles {
  const folders = new Map<string, string>();
  let root: string | undefined;
  const removeRoot = (): void => {
    if (root !== undefined) {
      rmSync(root, { recursive: true, force: true });
      root = undefined;
    }
  };
  process.once('exit', removeRoot);
  return {
    open: (zip) => {
      const version = `${resolve(zip)} ${statSync(zip).mtimeMs}`;
      const known = folders.get(version);
      if (known !== undefined) {
        return known;
      }
      root ??= mkdtempSync(join(tmpdir(), 'reseal-local-'));
      const folder = join(root, String(folders.size));
      unpack(zip, folder);
      folders.set(version, folder);
      return folder;
    },
    close: () => {
      process.off('exit', removeRoot);
      removeRoot();
    },
  };
}

function unpack(zip: string, folder: string): void {
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip)))) {
    const path = resolve(folder, name);
    if (!path.startsWith(folder + sep)) {
      throw new Error(`${zip} holds ${name}, which would land outside of its folder`);
    }
    if (name.endsWith('/')) {
      mkdirSync(path, { recursive: true });
    } else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    }
  }
}
