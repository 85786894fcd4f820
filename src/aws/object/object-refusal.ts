import { ResealError } from '../../errors.ts';
import type { Refusal } from '../../policy/copy/refusal.ts';
import { present } from '../../present.ts';
import { valueAt } from '../../problem.ts';
import { credentialsHint, errorName, messageOf } from '../sdk/service-error.ts';

/** A call about one object that S3 refused or did not answer, and what it was for. */
export class RefusedCall extends Error {
  readonly refusal: Refusal;
  readonly doing: string;

  constructor(doing: string, refusal: Refusal, cause: unknown) {
    super(`${doing}: ${refusal.message}`, { cause });
    this.name = 'RefusedCall';
    this.refusal = refusal;
    this.doing = doing;
  }
}

/** Throws RefusedCall; what says nothing of the object (credentials that are not taken, an account that lets nobody in, a time that is over) as it is. */
export async function refusable<T>(doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof ResealError || credentialsHint(error) !== undefined) throw error;
    throw new RefusedCall(doing, refusalOf(error), error);
  }
}

function refusalOf(error: Error): Refusal {
  const status = valueAt(error, ['$metadata', 'httpStatusCode']);
  // A copy that fails in its course answers 200 before (S3 API CopyObject): that is as no answer.
  const isRefused = typeof status === 'number' && status >= 400;
  return { code: errorName(error), message: messageOf(error), ...present({ status: isRefused ? status : undefined }) };
}
