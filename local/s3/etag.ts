import { createHash } from 'node:crypto';
import { type Body, digestible } from './body.ts';
import type { Chunk, Sealed } from './envelope.ts';

/** The MD5 of the bytes under SSE-S3; under KMS and customer keys an ETag is not that, so it is taken from the ciphertext. */
export function etagOf(body: Buffer | Body, sealed: Sealed): string {
  const plain = sealed.protection.algorithm === 'AES256' || sealed.protection.algorithm === 'none';
  if (plain) return md5Of(Buffer.isBuffer(body) ? body : digestible(body));
  return etagOfBoxes(sealed.chunks);
}

/** An ETag that is not the MD5 of the bytes. */
export function etagOfBoxes(chunks: readonly Chunk[]): string {
  return md5(chunks.map(({ box }) => box)).toString('hex');
}

/** The MD5 over the MD5s of the parts, then their number (User Guide "Checking object integrity"). */
export function multipartEtag(partEtags: readonly string[]): string {
  return `${md5(partEtags.map((etag) => Buffer.from(etag, 'hex'))).toString('hex')}-${partEtags.length}`;
}

/** With or without quotes, strong or weak: the bare value. */
export function bareEtag(etag: string): string {
  return etag.replace(/^W\//, '').replaceAll('"', '');
}

/** Of bytes, or of what stands for them. */
export function md5Of(bytes: Buffer): string {
  return md5([bytes]).toString('hex');
}

function md5(parts: readonly Buffer[]): Buffer {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
