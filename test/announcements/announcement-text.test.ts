import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { announcementsOf } from '../../src/announcements/announcements-of.ts';
import { isForPeople, letterOf, WORDS } from '../../src/announcements/announcement-text.ts';
import { type AnnouncementKind } from '../../src/announcements/announcement.ts';
import { exampleAnnouncements } from './announcement-examples.ts';
import { heldImage, imageOf, reason } from './ledger-images.ts';

function lettersOf(kind: string) {
  return exampleAnnouncements()
    .filter((each) => each.kind === kind)
    .map(letterOf);
}

function textOf(kind: string): string {
  return lettersOf(kind)[0]?.text ?? '';
}

describe('a letter', () => {
  it('of a hold says what happened, why, what to do, and what to paste', () => {
    assert.deepEqual(lettersOf('bucket-held'), [
      {
        subject: 'Reseal: orders held',
        text: `Bucket orders: Its default encryption is not what it should be, and changing it would break something. Nothing was changed.

Account: 111111111111
Region: eu-west-1
When: 2026-11-02T10:16:30.000Z
Rule: payments, policy ${'a'.repeat(64)}
Cause: encryption-deleted by arn:aws:iam::111111111111:role/deployer from 203.0.113.7 with aws-cli/2.31.0 (9c0c9d1c-0a5e-4d4b-8f0e-2a1b3c4d5e6f)
Encryption: AES256, Bucket Key off

Why:
- VPC flow logs are delivered to bucket orders, and the key policy lets no delivery.logs.amazonaws.com use the key: add the statement. [key-policy-lacks-writer]
- Bucket orders has AES256, and the standard is aws:kms. [weaker-algorithm]

What to do: Correct what the reasons name, or add an exception to the policy; the next sweep checks the bucket again. reseal policy explain orders --account ACCOUNT --region REGION shows every fact.

Ready to paste for key-policy-lacks-writer:
{
  "Sid": "AllowLogDelivery",
  "Effect": "Allow",
  "Principal": {
    "Service": "delivery.logs.amazonaws.com"
  },
  "Action": "kms:GenerateDataKey*",
  "Resource": "*"
}

Event: Reseal Bucket Held, id ${exampleAnnouncements().find(({ kind }) => kind === 'bucket-held')?.id}`,
      },
    ]);
  });

  it('of a repair says what was replaced and by what', () => {
    const text = textOf('bucket-repaired');
    assert.match(text, /^Replaced: AES256, Bucket Key off$/m);
    assert.match(text, /^Wrote: aws:kms under arn:aws:kms:\S+, Bucket Key on$/m);
    assert.match(text, /^Job: \S+ for SSE-S3 objects$/m);
    assert.match(text, /^Left over:\n- An object .* \[over-5-gib\]$/m);
    assert.match(text, /run reseal rollback orders --region REGION --table LEDGER_TABLE\.$/m);
  });

  it('of a job says how many objects failed, and why', () => {
    const text = textOf('job-ended');
    assert.match(text, /^Objects: 3 in all, 2 done, 1 failed$/m);
    assert.match(text, /^Sample: 0 of 2 objects are not as the job should have left them \(seed 93724a4515a4\)$/m);
    assert.match(text, /^Next: Reseal does not try anything of it again by itself\.$/m);
    assert.match(
      text,
      /^Failures:\n- AccessDenied: 1\. Nothing while the object is locked: .* run reseal job 0a1b2c3d-\S+ --retry\.$/m,
    );
    assert.match(text, /What to do: .* reseal job 0a1b2c3d-\S+ --retry has what is left tried again at once\.$/m);
  });

  it('of any kind has a subject that SNS takes, and no placeholder', () => {
    const bucket = `${'b'.repeat(40)}--euw1-az1--x-s3`.padStart(63, 'b');
    for (const example of exampleAnnouncements()) {
      const { subject, text } = letterOf({ ...example, bucket });
      assert.match(subject, /^[\u0020-\u007E]{1,100}$/, example.kind);
      assert.ok(subject.includes(bucket), example.kind);
      assert.doesNotMatch(text, /undefined|BUCKET|\[object/, example.kind);
    }
  });

  it('is cut where it would be too long for SNS', () => {
    const [announcement] = announcementsOf({
      before: imageOf(),
      after: heldImage({ reasons: Array.from({ length: 900 }, (_, at) => reason(`code-${at}`, 'x'.repeat(200))) }),
      announced: undefined,
    }).announcements;
    assert.ok(announcement);
    assert.ok(Buffer.byteLength(letterOf(announcement).text) <= 262_144);
  });

  it('is written of everything but what is only observed', () => {
    assert.deepEqual(
      (Object.keys(WORDS) as AnnouncementKind[]).filter((kind) => !isForPeople(kind)),
      ['bucket-observed'],
    );
  });
});
