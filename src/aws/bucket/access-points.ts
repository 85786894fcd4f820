import { GetAccessPointPolicyCommand, ListAccessPointsCommand, type S3ControlClient } from '@aws-sdk/client-s3-control';
import type { AccessPoint, Fact } from '../../policy/facts.ts';
import { kindOf } from '../../policy/model.ts';
import type { OwnedBucket } from './owned-bucket.ts';
import { present } from '../../present.ts';
import { readFact } from '../sdk/read-fact.ts';

/** Each costs a call, in the middle of a verdict: a bucket with more is for a person to judge. */
export const MOST_ACCESS_POINTS = 50;

const PAGE = 1_000;
/** Policies read at the same time. */
const AT_ONCE = 5;

/**
 * ListAccessPoints of one general purpose bucket and GetAccessPointPolicy of each: the access points of the bucket's own account with the JSON text of
 * their policies. Access points that other accounts made for the bucket are shown to those accounts alone.
 */
export function createAccessPoints(s3control: S3ControlClient) {
  return async function readAccessPoints(owned: OwnedBucket): Promise<Fact<AccessPoint[]>> {
    const what = `The list of access points of bucket ${owned.bucket}`;
    const action = 's3:ListAccessPoints';
    if (kindOf(owned.bucket) === 'directory') return notListed(owned);
    const listed = await readFact({ what, action }, async (odd) => {
      const names = await namesOf(s3control, owned);
      if (names === undefined) throw odd('it has no AccessPointList, or one without a name');
      if (names.length <= MOST_ACCESS_POINTS) return names;
      throw odd(`it has more than ${MOST_ACCESS_POINTS} of them, too many to read`);
    });
    if (listed.kind === 'unread') return listed;
    const found: AccessPoint[] = [];
    for (let at = 0; at < listed.value.length; at += AT_ONCE) {
      const some = listed.value.slice(at, at + AT_ONCE);
      const facts = await Promise.all(some.map((name) => readPolicy(s3control, { ...owned, name })));
      for (const fact of facts) {
        if (fact.kind === 'unread') return fact;
        found.push(fact.value);
      }
    }
    return { kind: 'read', value: found };
  };
}

/** Directory buckets have a list of their own, which Reseal has no right to. */
function notListed({ bucket }: OwnedBucket): Fact<AccessPoint[]> {
  const why = `The access points of directory bucket ${bucket} are not read by this version: judge the bucket by hand, or write an exception for it.`;
  return { kind: 'unread', why, denied: false };
}

/** Stops soon after the most that are read, so that a list without end costs nothing. Undefined where an answer is no list of names. */
async function namesOf(s3control: S3ControlClient, { bucket, account }: OwnedBucket): Promise<string[] | undefined> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page = { AccountId: account, MaxResults: PAGE, ...present({ NextToken: token }) };
    const output = await s3control.send(new ListAccessPointsCommand({ ...page, Bucket: bucket }));
    if (output.AccessPointList === undefined) return undefined;
    for (const { Name: name } of output.AccessPointList) {
      if (name === undefined) return undefined;
      names.push(name);
    }
    token = output.NextToken;
  } while (token !== undefined && names.length <= MOST_ACCESS_POINTS);
  return names;
}

async function readPolicy(
  s3control: S3ControlClient,
  { bucket, account, name }: OwnedBucket & { name: string },
): Promise<Fact<AccessPoint>> {
  const what = `The policy of access point ${name} of bucket ${bucket}`;
  const action = 's3:GetAccessPointPolicy';
  return readFact<AccessPoint>({ what, action, absent: { NoSuchAccessPointPolicy: { name } } }, async (odd) => {
    const output = await s3control.send(new GetAccessPointPolicyCommand({ AccountId: account, Name: name }));
    if (output.Policy === undefined || output.Policy === '') throw odd('it is empty');
    return { name, policy: output.Policy };
  });
}
