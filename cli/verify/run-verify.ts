import path from 'node:path';
import type { VerifyDeps } from '../../src/runtime/verify-deps.ts';
import { present } from '../../src/present.ts';
import type { BucketStandard } from './bucket-standard.ts';
import { type FindingsFile, openFindings } from './findings-file.ts';
import { nextState, readVerifyState, standardText, type VerifyState, writeVerifyState } from './verify-state.ts';
import { emptyVerifyTally } from './verify-tally.ts';
import { verifyObjects } from './verify-objects.ts';
import { ResealError } from '../../src/errors.ts';

interface VerifyAsked {
  standard: BucketStandard;
  region: string;
  versions: boolean;
  concurrency: number;
  resume?: string;
  out?: string;
  signal: AbortSignal;
  now: () => Date;
  /** Is told of the counts before the first page, and after each. */
  progress: (state: VerifyState) => void;
}

export interface VerifyRun {
  state: VerifyState;
  /** `over` where the file said that it was done before. */
  ended: 'complete' | 'interrupted' | 'over' | { error: unknown };
}

/** Reads a bucket from where the state stopped, and writes that anew after each page: a stop, of whatever kind, loses one page. Throws ResealError invalid-state. */
export async function runVerify(asked: VerifyAsked, deps: Pick<VerifyDeps, 'pages' | 'head'>): Promise<VerifyRun> {
  const { resume, out, standard, now, signal, progress } = asked;
  const state = begun(asked);
  if (state.endedAt !== undefined) return { state, ended: 'over' };
  using findings = out === undefined ? undefined : openFindings(out, state.findingsBytes);
  keepLength(state, findings);
  const save = () => {
    if (resume !== undefined) writeVerifyState(resume, state);
  };
  save();
  progress(state);
  try {
    const isComplete = await verifyObjects(
      {
        wanted: standard.wanted,
        versions: state.versions,
        concurrency: asked.concurrency,
        tally: state.tally,
        signal,
        ...present({ after: state.after }),
      },
      {
        ...deps,
        onPage(found, next) {
          keepLength(state, findings, found);
          if (next === undefined) state.endedAt = now().toISOString();
          else state.after = next;
          save();
          progress(state);
        },
      },
    );
    return { state, ended: isComplete ? 'complete' : 'interrupted' };
  } catch (error) {
    if (error instanceof ResealError && error.code === 'invalid-state') throw error;
    return { state, ended: { error } };
  }
}

const isSameFile = (one: string, other: string) => path.resolve(one) === path.resolve(other);

/** The findings are written before the state that counts them. */
function keepLength(
  state: VerifyState,
  file: FindingsFile | undefined,
  found: Parameters<FindingsFile['add']>[0] = [],
): void {
  if (file !== undefined) state.findingsBytes = file.add(found);
}

function begun({ standard, region, versions, resume, out, now }: VerifyAsked): VerifyState {
  const { wanted } = standard;
  const { bucket, account } = wanted;
  if (resume !== undefined && out !== undefined && [resume, nextState(resume)].some((file) => isSameFile(file, out)))
    throw new ResealError(
      'invalid-state',
      `${out}: expected another file after --out than that of --resume (${resume}), which is written anew there`,
    );
  const asked = { bucket, account, region, standard: standardText(wanted), versions };
  const kept = resume === undefined ? undefined : readVerifyState(resume, asked);
  if (kept === undefined)
    return { reseal: 'verify', version: 1, ...asked, beganAt: now().toISOString(), tally: emptyVerifyTally() };
  const hadFindings = kept.findingsBytes !== undefined;
  if (hadFindings !== (out !== undefined))
    throw new ResealError(
      'invalid-state',
      `${resume}: it was begun ${hadFindings ? 'with' : 'without'} --out, so go on ${hadFindings ? 'with the same file' : 'without it'}, or remove the file to begin anew`,
    );
  return kept;
}
