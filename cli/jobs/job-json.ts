import { present } from '../../src/present.ts';
import type { ShownJob } from './jobs-screen.ts';

/** A job as `--json` prints it: what the ledger has of it, what S3 says now, and what it waits for. */
export function jobInJson({ job, progress: { look, perSecond, secondsLeft }, need, waits }: ShownJob): object {
  return {
    ...job,
    ...present({
      s3: look?.kind === 'described' ? countsOfLook(look.job) : undefined,
      unread: look?.kind === 'unread' ? look.why : look?.kind === 'unknown' ? 'S3 does not know this job' : undefined,
      perSecond: perSecond === undefined ? undefined : Math.round(perSecond * 10) / 10,
      secondsLeft: secondsLeft === undefined ? undefined : Math.ceil(secondsLeft),
      need,
      waits,
    }),
  };
}

/** A look may have more of a job than this command promises. */
function countsOfLook({
  status,
  total,
  succeeded,
  failed,
}: Record<'total' | 'succeeded' | 'failed', number> & { status: string }) {
  return { status, total, succeeded, failed };
}
