import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

/** A file with this text, in a folder of its own that is gone after the test. */
export function written(t: TestContext, text: string | Buffer, name = 'policy.yaml'): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'reseal-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}
