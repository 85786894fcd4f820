import { judgeGrant } from '../../iam/match.ts';
import { parseStatements } from '../../iam/parse-statements.ts';
import type { Fact } from '../facts.ts';
import type { BatchMethod, KeyReading, Reason } from '../model.ts';
import type { PlannedJob } from './plan-model.ts';

/** What a reports bucket does to every new object. */
export type DefaultLock = 'none' | 'retention' | 'event hold';

/** What jobs of an account and Region rest on; what was not read stops nothing. */
export interface JobPlace {
  /** The roles of the methods, with their trust policies: JSON, undefined where there is no such role. */
  roles: readonly { method: BatchMethod; arn: string; trust: Fact<string | undefined> }[];
  /** Undefined where the account has none in the Region. */
  reports: { bucket: string; lock: Fact<DefaultLock> } | undefined;
}

const BATCH = 'batchoperations.s3.amazonaws.com';

/**
 * Why jobs would surely fail, or leave no report, in this account and Region (S3 guide, Granting permissions for Batch Operations, and Troubleshooting: no report in
 * a bucket with a default retention). A default event hold is taken for the same.
 */
export function jobPlaceReasons(
  { roles, reports }: JobPlace,
  { account, region, partition }: { account: string; region: string; partition: string },
): Reason[] {
  const here = `in account ${account}, ${region}`;
  if (reports === undefined) {
    const message = `Account ${account} has no bucket for reports in ${region}, so no job is started: deploy infra/member/region.yml there.`;
    return [{ code: 'reports-bucket-missing', message }];
  }
  const { bucket, lock } = reports;
  const locked = lock.kind === 'read' && lock.value !== 'none';
  const message = `The bucket for reports ${bucket} has a default ${locked ? lock.value : ''} of Object Lock, so S3 writes no report of a job ${here} and none is started: take the default away.`;
  return [
    ...(locked ? [{ code: 'reports-bucket-locked', message } as const] : []),
    ...roles.flatMap(({ arn, trust }) => roleReasons(arn, trust, partition)),
  ];
}

function roleReasons(arn: string, trust: Fact<string | undefined>, partition: string): Reason[] {
  if (trust.kind !== 'read') return [];
  if (trust.value === undefined) {
    const message = `The role ${arn} is not there, so no job is started: deploy infra/member/roles.yml in its account.`;
    return [{ code: 'job-role-missing', message }];
  }
  const parsed = parseStatements(trust.value, partition);
  if (parsed.kind === 'malformed') return [];
  const asked = { principal: { kind: 'service', name: BATCH }, action: 'sts:AssumeRole', resource: '*' } as const;
  // A trust policy names no resource.
  const statements = parsed.statements.map((one) => ({ ...one, resources: { not: false, patterns: ['*'] } }));
  const { grant } = judgeGrant(statements, asked);
  if (grant === 'allowed' || grant === 'perhaps') return [];
  const message = `The role ${arn} does not trust ${BATCH}, so S3 could run no job under it and none is started: let it assume the role (sts:AssumeRole), or deploy infra/member/roles.yml anew.`;
  return [{ code: 'job-role-untrusted', message }];
}

/** Why the key that objects are under cannot be used now: they are not re-encrypted without it (KMS guide, key states). */
export function oldKeyReasons(bucket: string, reading: KeyReading): Reason[] {
  if (reading.kind !== 'found' || reading.key.state === 'Enabled') return [];
  const { arn, state } = reading.key;
  const message = `Objects of bucket ${bucket} are under the key ${arn}, which is ${state}, so a job would only fail and none is started: enable the key, or cancel its deletion.`;
  return [{ code: 'old-key-unusable', message }];
}

/** Jobs whose objects are under a key that is gone for ever can only fail; they are left out, and named. */
export function withoutGoneKeys(
  bucket: string,
  jobs: readonly PlannedJob[],
  gone: readonly string[],
): { jobs: PlannedJob[]; leftovers: Reason[] } {
  const left = (arn: string): Reason => {
    const message = `Objects of bucket ${bucket} are under the key ${arn}, which KMS does not have any more: nobody can read them, and no job is started for them.`;
    return { code: 'old-key-gone', message };
  };
  return {
    jobs: jobs.filter(({ sourceKeyArn }) => sourceKeyArn === undefined || !gone.includes(sourceKeyArn)),
    leftovers: gone.map(left),
  };
}
