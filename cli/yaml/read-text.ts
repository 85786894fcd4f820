import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { Placed } from './placed.ts';

/** A file as text, or what keeps it from being text. */
export function readTextFile(path: string): { source: string } | { source: string; fault: Placed } {
  const bytes = bytesOf(path);
  if (typeof bytes === 'string') {
    const expected = 'a file that can be read (check the path and its permissions)';
    return { source: '', fault: { path: [], expected, found: bytes, offset: 0 } };
  }
  const source = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const saved = 'text in UTF-8: save the file with that encoding';
  if (bytes.includes(0)) {
    const [found, offset] = isUtf16(bytes) ? ['UTF-16', 0] : ['a zero byte', source.indexOf('\0')];
    return { source, fault: { path: [], expected: saved, found, offset } };
  }
  if (!isUtf8(bytes)) {
    const offset = Math.max(0, source.indexOf('\uFFFD'));
    return { source, fault: { path: [], expected: saved, found: 'bytes of another encoding', offset } };
  }
  return { source };
}

/** UTF-16 begins with a mark of two bytes, or with two letters, of each of which one byte is zero. */
function isUtf16([a, b, c, d]: Buffer): boolean {
  const isMarked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  const isLittle = a !== 0 && b === 0 && c !== 0 && d === 0;
  return isMarked || isLittle || (a === 0 && b !== 0 && c === 0 && d !== 0);
}

function bytesOf(path: string): Buffer | string {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
}
