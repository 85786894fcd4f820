import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { ResealError } from '../../src/errors.ts';
import type { ObjectsStandard } from '../../src/policy/plan/object-standing.ts';
import { verifyTally } from './verify-tally.ts';

const verifyState = z.object({
  reseal: z.literal('verify'),
  version: z.literal(1),
  bucket: z.string(),
  account: z.string(),
  region: z.string(),
  /** What the objects were compared with, as one text. */
  standard: z.string(),
  versions: z.boolean(),
  beganAt: z.string(),
  /** Where the next page begins; absent before the first one. */
  after: z.exactOptional(z.object({ key: z.string(), versionId: z.exactOptional(z.string()) })),
  /** ISO 8601, once everything was read. */
  endedAt: z.exactOptional(z.string()),
  /** How long the file of findings is, where there is one: what stands behind it belongs to a page that is read again. */
  findingsBytes: z.exactOptional(z.number()),
  tally: verifyTally,
});

/** How far a bucket was read: all that is needed to go on. */
export type VerifyState = z.output<typeof verifyState>;

/** What the objects are compared with, and what says which of them a job can mend, as one text: another one begins anew. */
export function standardText({ standard, keyArn, awsManagedKeyArn, copy, methods, restore }: ObjectsStandard): string {
  const { algorithm, bucketKey, keepKey } = standard;
  return JSON.stringify({
    algorithm,
    keyArn,
    bucketKey,
    keepKey,
    awsManagedKeyArn,
    copy,
    methods: methods?.toSorted(),
    mayRestore: restore === undefined ? undefined : true,
  });
}

/** The state in a file, undefined where there is no file. Throws ResealError invalid-state where it is none, or one of another question. */
export function readVerifyState(
  file: string,
  asked: Pick<VerifyState, 'bucket' | 'account' | 'region' | 'standard' | 'versions'>,
): VerifyState | undefined {
  const state = parsed(file);
  if (state === undefined) return undefined;
  const advice = 'name another file with --resume, or remove this one to begin anew';
  for (const [name, found] of Object.entries({ bucket: state.bucket, account: state.account, region: state.region })) {
    const expected = asked[name as 'bucket' | 'account' | 'region'];
    if (found !== expected)
      throw invalid(`${file}: expected the state of ${name} ${expected}, found that of ${found}; ${advice}`);
  }
  if (state.standard !== asked.standard)
    throw invalid(
      `${file}: it was begun under another standard (${state.standard}) than the bucket has now (${asked.standard}); ${advice}`,
    );
  if (state.versions !== asked.versions)
    throw invalid(`${file}: it was begun ${state.versions ? 'with' : 'without'} noncurrent versions; ${advice}`);
  return state;
}

/** Where the next state is written, before it takes the place of the one before. */
export const nextState = (file: string) => `${file}.new`;

/** Replaces the file as a whole: a stop in the middle leaves the one before. Throws ResealError invalid-state. */
export function writeVerifyState(file: string, state: VerifyState): void {
  const whole = nextState(file);
  try {
    writeFileSync(whole, `${JSON.stringify(state)}\n`, { flush: true });
    renameSync(whole, file);
  } catch (cause) {
    throw invalid(
      `${file} could not be written (${codeOfFs(cause)}): expected a file in a folder that exists, and the right to write there`,
      cause,
    );
  }
}

function parsed(file: string): VerifyState | undefined {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    if (codeOfFs(cause) === 'ENOENT') return undefined;
    const why = cause instanceof SyntaxError ? 'it is no JSON' : codeOfFs(cause);
    throw invalid(`${file} could not be read (${why}): expected a file that reseal verify has written`, cause);
  }
  const read = verifyState.safeParse(content);
  if (read.success) return read.data;
  throw invalid(
    `${file}: expected a state of reseal verify, version 1, found something else; name another file with --resume`,
  );
}

function invalid(message: string, cause?: unknown): ResealError {
  return new ResealError('invalid-state', message, { cause });
}

export function codeOfFs(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
