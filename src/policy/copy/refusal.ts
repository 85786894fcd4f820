import { causeOfTask } from '../plan/task-codes.ts';
import type { ObjectOutcome } from './object-task.ts';
import { REPLACED } from './source-object.ts';

/** How S3 refused a call; without a status where no answer came. */
export interface Refusal {
  code: string;
  status?: number;
  message: string;
}

/** What a refusal of any call means for the task. Codes: S3 API, "Error responses"; those of conditional writes: S3 guide, "Add preconditions to S3 operations". */
export function outcomeOfRefusal(refusal: Refusal, doing: string): ObjectOutcome {
  const { status = 0, message } = refusal;
  const code = codeOfStatus(refusal);
  if (code === 'PreconditionFailed') return REPLACED;
  if (code === 'ConditionalRequestConflict') return changed('another write was at the object at the same time');
  if (code === 'NoSuchUpload') return changed('the upload was aborted or completed meanwhile');
  const cause = causeOfTask({ code, status, message });
  if (cause.id === 'gone') return changed('the object is gone');
  if (cause.id === 'locked') return changed('the object is locked now');
  // An answer that did not come, or a 5xx under a name of its own, says as much as S3's own word for it.
  const isPassing = status === 0 || (cause.id === 'busy' && !cause.codes.includes(code));
  return { kind: 'failed', code: isPassing ? 'ServiceUnavailable' : code, why: `${doing}: ${code}: ${message}` };
}

/** True where the same call may pass a moment later. */
export function isPassing(refusal: Refusal): boolean {
  const outcome = outcomeOfRefusal(refusal, '');
  const again = { code: outcome.kind === 'failed' ? outcome.code : 'NoSuchKey', status: 0, message: '' };
  return causeOfTask(again).id === 'busy';
}

/** What a HEAD request is refused with has no body, so its code is that of its status (S3 API HeadObject). */
const BY_STATUS: ReadonlyMap<number, string> = new Map([
  [400, 'InvalidRequest'],
  [403, 'AccessDenied'],
  [404, 'NoSuchKey'],
  [405, 'MethodNotAllowed'],
  [409, 'ConditionalRequestConflict'],
  [412, 'PreconditionFailed'],
  [503, 'SlowDown'],
]);
/** How the SDK calls what has no name of its own. */
const NAMELESS: ReadonlySet<string> = new Set(['Error', 'NotFound', 'Unknown', 'UnknownError']);

function codeOfStatus({ code, status = 0 }: Refusal): string {
  return (NAMELESS.has(code) || /^\d+$/.test(code) ? BY_STATUS.get(status) : undefined) ?? code;
}

function changed(why: string): ObjectOutcome {
  return { kind: 'changed', why };
}
