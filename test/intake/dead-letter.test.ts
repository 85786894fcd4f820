import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import {
  accountIn,
  type DeadMessage,
  type Places,
  readDeadLetter,
  type WorkQueue,
} from '../../src/intake/dead-letter.ts';

const ARN = 'arn:aws:sqs:eu-west-1:111111111111:';
const QUEUES = new Map<string, WorkQueue>([
  [`${ARN}AssessQueue-1`, 'assess'],
  [`${ARN}JobQueue-1`, 'job'],
  [`${ARN}ObjectQueue-1`, 'object'],
  [`${ARN}InlineQueue-1`, 'inline'],
  [`${ARN}SweepQueue-1`, 'sweep'],
  [`${ARN}MembershipQueue-1`, 'membership'],
]);
const LAMBDA = 'arn:aws:lambda:eu-west-1:111111111111:function:';
const places: Places = { queueOf: (arn) => QUEUES.get(arn), isSweep: (arn) => arn === `${LAMBDA}reseal-prod-sweep` };

const letter = (over: Partial<DeadMessage>, attributes: Record<string, string> = {}) =>
  readDeadLetter(
    {
      id: 'm',
      body: 'x',
      sentAt: '2026-11-30T10:00:00.000Z',
      ...over,
      attributes: new Map(Object.entries(attributes)),
    },
    places,
  );

const EVENT = JSON.stringify({
  id: 'event-1',
  source: 'aws.s3',
  'detail-type': 'AWS API Call via CloudTrail',
  account: '111111111111',
  region: 'eu-west-1',
  time: '2026-11-02T10:00:00Z',
  detail: {
    eventName: 'PutBucketTagging',
    userIdentity: { arn: 'arn:aws:iam::111111111111:user/security' },
    requestParameters: { bucketName: 'data', Tagging: { TagSet: { Tag: { Key: 'until', Value: '2026-12-31' } } } },
  },
});
/** What is left of it: who did it, and which tags, is nobody's word any more. */
const LATER = {
  reseal: 'assess',
  version: 1,
  bucket: 'data',
  account: '111111111111',
  region: 'eu-west-1',
  cause: 'tagged',
  at: '2026-11-02T10:00:00Z',
  causeId: 'event-1',
  attempt: 0,
  observe: false,
};
const PIECE = JSON.stringify({ reseal: 'reencrypt', version: 1, token: 't', id: 'i' });
const OWN: Record<WorkQueue, string> = {
  assess: EVENT,
  sweep: JSON.stringify({ ...LATER, cause: 'sweep' }),
  write: readFileSync(path.join(import.meta.dirname, '../../events/object-write/sse-s3.json'), 'utf8'),
  job: JSON.stringify({ reseal: 'track', version: 1, token: 't', jobId: 'j' }),
  object: PIECE,
  inline: PIECE,
  membership: JSON.stringify({
    reseal: 'sweep-part',
    version: 1,
    sweep: 's',
    account: '111111111111',
    step: 'account',
    tries: 0,
  }),
};

describe('a dead letter', () => {
  for (const [arn, from] of QUEUES) {
    it(`that SQS moved after its last try goes back to the queue that it came from (${from})`, () => {
      const { why, back, stays } = letter({ source: arn, body: OWN[from] });
      assert.match(why, /^every try failed or was not finished: see the log of the function behind \w+-1$/);
      assert.equal(stays, undefined);
      if (from !== 'assess') return assert.deepEqual(back, { to: from, body: OWN[from] });
      // Nobody but EventBridge sends live events: they come again as a later try, which vouches for nothing.
      assert.deepEqual([back?.to, JSON.parse(back?.body ?? '')], ['sweep', LATER]);
    });
  }

  it('that a function buried has the reason, and goes back to the queue that the function named', () => {
    const attributes = { code: 'write-refused', message: 'no', queue: `${ARN}SweepQueue-1` };
    assert.deepEqual(letter({ body: OWN.sweep }, attributes), {
      why: 'buried at its first try, write-refused: no',
      back: { to: 'sweep', body: OWN.sweep },
    });
  });

  it('that cannot be read would only be buried again, and stays', () => {
    for (const [source, from] of QUEUES) {
      const { back, stays } = letter({ source, body: 'nonsense' });
      assert.equal(back, undefined);
      assert.match(stays ?? '', /^this version cannot read it\. Not .*: expected JSON text, found "nonsense"$/, from);
    }
    assert.match(letter({ source: `${ARN}SweepQueue-1`, body: EVENT }).stays ?? '', /Not an assess message/);
  });

  it('that says nothing to us stays, and says so', () => {
    const { stays } = letter({
      source: `${ARN}AssessQueue-1`,
      body: EVENT.replace('PutBucketTagging', 'PutBucketCors'),
    });
    assert.equal(stays, "there is nothing to do for it: aws.s3 PutBucketCors says nothing of a bucket's encryption");
  });

  const rule = {
    RULE_ARN: 'arn:aws:events:eu-west-1:111111111111:rule/reseal/EncryptionRule',
    ERROR_CODE: 'NO_PERMISSIONS',
    ERROR_MESSAGE: 'denied',
  };
  const why = 'EventBridge could not deliver it for EncryptionRule, NO_PERMISSIONS: denied';

  it('that EventBridge could not deliver goes to its target', () => {
    const to = (TARGET_ARN: string, body: string) => letter({ body }, { ...rule, TARGET_ARN });
    const scheduled = JSON.stringify({ 'detail-type': 'Scheduled Event', id: 'e', time: '2026-11-02T10:00:00Z' });
    assert.equal(to(`${ARN}AssessQueue-1`, EVENT).back?.to, 'sweep');
    assert.deepEqual(to(`${ARN}JobQueue-1`, scheduled), { why, back: { to: 'job', body: scheduled } });
    assert.deepEqual(to(`${LAMBDA}reseal-prod-sweep`, scheduled), { why, back: { to: 'membership', body: scheduled } });
    const announce = to(`${LAMBDA}reseal-prod-announce-change`, scheduled);
    assert.deepEqual(announce, { why, stays: 'its schedule comes again within 5 minutes' });
  });

  it('that a run of the sweep left is what the run was asked to do', () => {
    const record = {
      version: '1.0',
      requestContext: { condition: 'RetriesExhausted', functionArn: `${LAMBDA}reseal-prod-sweep:$LATEST` },
      requestPayload: { prefix: 'data-' },
      responsePayload: { errorType: 'AccessDenied', errorMessage: 'no ListBuckets' },
    };
    assert.deepEqual(letter({ body: JSON.stringify(record) }), {
      why: 'Lambda gave up, RetriesExhausted: no ListBuckets',
      back: { to: 'membership', body: '{"prefix":"data-"}' },
    });
  });

  it('that a run left which was asked for something else stays, and one that was asked nothing does not', () => {
    const of = (requestPayload: unknown) =>
      letter({ body: JSON.stringify({ requestContext: { condition: 'RetriesExhausted' }, requestPayload }) });
    assert.match(of({ bukets: ['data'] }).stays ?? '', /^this version cannot read it\. .*bukets/);
    assert.match(of({ replay: { put: true } }).stays ?? '', /^this version cannot read it\. /);
    assert.deepEqual(of(null).back, { to: 'membership', body: '{}' });
  });

  it('whose words are no texts is read all the same', () => {
    const source = `${ARN}MembershipQueue-1`;
    const said = { toString: 1 };
    const event = {
      id: 'e',
      source: 'aws.organizations',
      'detail-type': 'x',
      account: '111111111111',
      region: 'eu-west-1',
    };
    const read = (over: object) =>
      letter({ source, body: JSON.stringify({ ...event, time: '2026-11-02T10:00:00Z', ...over }) });
    assert.match(read({ detail: { eventName: said } }).stays ?? '', /^there is nothing to do for it: /);
    const region = { regionName: said, status: said, accountId: '111111111111' };
    assert.equal(read({ source: 'aws.account', detail: region }).back?.to, 'membership');
  });

  it('of the stream has no change in it, and stays', () => {
    const body = JSON.stringify({
      requestContext: { condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: { shardId: 's', startSequenceNumber: '1' },
    });
    const { why: because, back, stays } = letter({ body });
    assert.equal(because, 'Lambda gave up, RetryAttemptsExhausted: see the log of the function');
    assert.deepEqual([back, stays?.startsWith('it has only the place of a change')], [undefined, true]);
  });

  it('that names no queue of the stack stays', () => {
    assert.equal(letter({ source: `${ARN}of-somebody-else` }).stays, 'it comes from no queue of this stack');
    assert.equal(letter({}, { ...rule, TARGET_ARN: `${ARN}of-somebody-else` }).back, undefined);
  });

  it('of which nothing is known, poison or not, stays and says so', () => {
    for (const body of ['', 'nonsense', '[[', `${'['.repeat(100_000)}`, '{"requestContext":1}', 'null'])
      assert.deepEqual(letter({ body }), { why: 'it does not say', stays: 'it does not say from which queue it came' });
  });
});

it('the account of a message is that of its event, if it has one', () => {
  const accounts = ['{"account":"111111111111"}', '{"account":1}', '{"account":"x"}', 'nonsense'].map(accountIn);
  assert.deepEqual(accounts, ['111111111111', undefined, undefined, undefined]);
});
