import { closeSync, ftruncateSync, fstatSync, openSync, writeSync } from 'node:fs';
import { ResealError } from '../../src/errors.ts';
import { codeOfFs } from './verify-state.ts';
import type { ObjectFinding } from './verify-tally.ts';

export interface FindingsFile extends Disposable {
  /** Adds the findings of a page, a JSON object a line, and answers how long the file is now. */
  add(findings: readonly ObjectFinding[]): number;
}

/**
 * The file that names every object. A new one must not be there yet; one that is gone on with is cut to the length that the state remembers, because
 * what stands behind it is found again. Throws ResealError invalid-state.
 */
export function openFindings(file: string, keptBytes: number | undefined): FindingsFile {
  let length = keptBytes ?? 0;
  const handle = opened(file, keptBytes);
  const write = (lines: Buffer) => {
    try {
      let written = 0;
      while (written < lines.length)
        written += writeSync(handle, lines, written, lines.length - written, length + written);
    } catch (cause) {
      throw new ResealError(
        'invalid-state',
        `${file} could not be written (${codeOfFs(cause)}): make room for the findings, and begin anew with other files, or go on with --resume`,
        { cause },
      );
    }
  };
  return {
    add(findings) {
      if (findings.length === 0) return length;
      const lines = Buffer.from(findings.map((each) => `${JSON.stringify(each)}\n`).join(''));
      write(lines);
      length += lines.length;
      return length;
    },
    [Symbol.dispose]: () => closeSync(handle),
  };
}

function opened(file: string, keptBytes: number | undefined): number {
  try {
    const handle = openSync(file, keptBytes === undefined ? 'wx' : 'r+');
    if (keptBytes === undefined) return handle;
    const { size } = fstatSync(handle);
    if (size < keptBytes)
      throw new ResealError(
        'invalid-state',
        `${file}: expected at least the ${keptBytes} bytes of the findings so far, found ${size}; begin anew with other files`,
      );
    ftruncateSync(handle, keptBytes);
    return handle;
  } catch (cause) {
    if (cause instanceof ResealError) throw cause;
    const code = codeOfFs(cause);
    const why =
      code === 'EEXIST'
        ? 'it is there already: name another file'
        : 'expected a file in a folder that exists, and the right to write there';
    throw new ResealError('invalid-state', `${file} could not be opened for the findings (${code}): ${why}`, { cause });
  }
}
