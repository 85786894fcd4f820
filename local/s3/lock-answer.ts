import type { Call } from '../call.ts';
import { type Found, mayDo, type ObjectInput } from './find-object.ts';
import { onObject } from './resource-permission.ts';
import type { S3 } from './store.ts';
import type { Retention } from './stored-object.ts';

/** The Object Lock members of GetObject and HeadObject: S3 tells them to whoever may read them by their own operations, and leaves them out for others. */
export function lockAnswer(s3: S3, { bucket, object }: Found, input: ObjectInput, call: Call) {
  const mayRead = (action: string): boolean => mayDo(s3, input.Bucket, onObject(bucket, input, action), call);
  const { retention, legalHold } = object;
  return {
    ...(retention !== undefined && mayRead('s3:GetObjectRetention') ? retentionAnswer(retention) : {}),
    ...(legalHold && mayRead('s3:GetObjectLegalHold') ? { ObjectLockLegalHoldStatus: 'ON' as const } : {}),
  };
}

function retentionAnswer({ mode, until, eventHold }: Retention) {
  return {
    ObjectLockMode: mode,
    ObjectLockRetainUntilDate: until,
    ...(eventHold === undefined
      ? {}
      : {
          ObjectLockEventHold: 'ON' as const,
          ObjectLockEventHoldDurationDays: eventHold.Days,
          ObjectLockEventHoldDurationYears: eventHold.Years,
        }),
  };
}
