import type { Announcement } from '../../src/announcements/announcement.ts';
import {
  type Announced,
  announcementsOf,
  type FollowedChange,
  jobAnnouncements,
  writerAnnouncements,
} from '../../src/announcements/announcements-of.ts';
import type { WritersItem } from '../../src/ledger/writers-item.ts';
import { heldImage, imageOf, jobOf, KEY, reason, repairOf } from './ledger-images.ts';

const PRICE = 'about 0.40 USD a month for requests to KMS, and 0.25 USD once for the job';

/** One change of the ledger for each kind of announcement; docs/events.md shows what they become. */
export function exampleAnnouncements(): Announcement[] {
  const changes = CHANGES.flatMap((change) => announcementsOf(change).announcements);
  return [...changes, ...jobAnnouncements(jobOf()), ...writerAnnouncements(WRITERS)];
}

const TOLD_AT = '2026-11-02T10:16:30.000Z';
const written = {
  first: '2026-11-02T10:02:11Z',
  last: '2026-11-02T10:15:30Z',
  days: [{ day: '2026-11-02', count: 12 }],
  toldAt: TOLD_AT,
};
const WRITERS: WritersItem = {
  bucket: 'orders',
  account: '111111111111',
  region: 'eu-west-1',
  newsAt: TOLD_AT,
  writers: [
    {
      principal: 'arn:aws:iam::111111111111:role/exporter',
      applied: 'SSE_S3',
      count: 12,
      userAgent: '[Boto3/1.40.2 md/Botocore#1.40.2]',
      key: 'reports/2026/11/02.csv',
      ...written,
    },
    { principal: 'arn:aws:iam::111111111111:user/vault', applied: 'SSE_C', count: 1, ...written },
  ],
};

const announcedGood: Announced = { standing: 'good', notices: [] };
const announcedHold: Announced = { standing: 'hold weaker-algorithm', standingId: 'c'.repeat(32), notices: [] };

const CHANGES: FollowedChange[] = [
  {
    before: imageOf(),
    after: imageOf({
      verdict: 'repair',
      repairs: [repairOf()],
      jobs: [{ token: '0123456789abcdef0123456789abcdef01234567', objectClass: 'SSE-S3', method: 'update' }],
      leftovers: [reason('over-5-gib', 'An object of 6 GiB is too large for one copy and stays as it is.')],
    }),
    announced: announcedGood,
  },
  { before: imageOf(), after: heldImage(), announced: announcedGood },
  {
    before: imageOf(),
    after: imageOf({
      verdict: 'unreadable',
      parked: true,
      cause: 'sweep',
      reasons: [
        reason('read-denied', 'The encryption of bucket orders could not be read: AccessDenied: allow this role to.'),
      ],
    }),
    announced: announcedGood,
  },
  {
    before: imageOf(),
    after: imageOf({
      verdict: 'exempt',
      reasons: [reason('exception', 'Bucket orders is exempt through 2026-12-31 (owner payments): migration.')],
    }),
    announced: announcedGood,
  },
  {
    before: imageOf(),
    after: heldImage({
      verdict: 'repair',
      observed: true,
      price: PRICE,
      reasons: [reason('weaker-algorithm', 'Bucket orders has AES256, and the standard is aws:kms.')],
    }),
    announced: announcedGood,
  },
  {
    before: imageOf({ verdict: 'exempt' }),
    after: imageOf({ found: { algorithm: 'aws:kms', keyId: KEY, bucketKey: true } }),
    announced: { standing: 'exempt', notices: [] },
  },
  {
    before: heldImage(),
    after: imageOf({ verdict: 'gone', goneAt: '2026-11-03T08:00:00.000Z' }),
    announced: announcedHold,
  },
  {
    before: imageOf({ verdict: 'repair', repairs: [repairOf()] }),
    after: imageOf({
      verdict: 'repair',
      repairs: [repairOf()],
      rolledBack: {
        at: '2026-11-02T12:00:00.000Z',
        by: 'arn:aws:iam::111111111111:user/ada',
        replaced: { algorithm: 'aws:kms', keyId: KEY, bucketKey: true },
        restored: { algorithm: 'AES256', bucketKey: false },
      },
    }),
    announced: announcedGood,
  },
  {
    before: heldImage({ reasons: [reason('rolled-back')] }),
    after: heldImage({
      reasons: [reason('rolled-back')],
      acknowledgedAt: '2026-11-02T13:00:00.000Z',
      acknowledgedBy: 'arn:aws:iam::111111111111:user/ada',
    }),
    announced: { standing: 'hold rolled-back', notices: [] },
  },
  { before: heldImage(), after: imageOf(), announced: announcedHold },
  {
    before: imageOf({ verdict: 'exempt' }),
    after: imageOf({
      verdict: 'exempt',
      cause: 'sweep',
      reasons: [
        reason('exception', 'Bucket orders is exempt through 2026-11-10 (owner payments): migration.'),
        reason('exception-ending', 'The exception for bucket orders (owner payments) ends on 2026-11-10.'),
      ],
    }),
    announced: { standing: 'exempt', notices: [] },
  },
  {
    before: imageOf(),
    after: imageOf({
      cause: 'sweep',
      reasons: [reason('exception-expired', 'The exception for bucket orders (owner payments) ended on 2026-10-31.')],
    }),
    announced: announcedGood,
  },
  {
    before: imageOf(),
    after: imageOf({
      cause: 'tagged',
      reasons: [reason('exception-request-not-allowed', 'The tag reseal-exempt-until was set by role/deployer.')],
    }),
    announced: announcedGood,
  },
  {
    before: imageOf(),
    after: imageOf({
      cause: 'sweep',
      leftovers: [reason('beyond-first-page', 'Bucket orders has DSSE-KMS objects, which no job re-encrypts.')],
    }),
    announced: announcedGood,
  },
  {
    before: imageOf(),
    after: imageOf({
      cause: 'access-changed',
      reasons: [
        reason('log-target-sse-s3', 'The bucket policy lets logging.s3.amazonaws.com write (statement 1).'),
        reason('log-target-unproven', 'No sweep saw a bucket whose server access logs go to orders.'),
      ],
    }),
    announced: announcedGood,
  },
  {
    before: imageOf(),
    after: imageOf({
      cause: 'sweep',
      reasons: [reason('key-shut', `The policy of key ${KEY} does not let account 111111111111 use it.`)],
    }),
    announced: announcedGood,
  },
];
