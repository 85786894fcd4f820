import type { AnnouncementKind } from './announcement.ts';

/** What each kind of announcement is called in a subject, what it says, and what people are asked to do. */
interface Words {
  subject: string;
  headline: string;
  advice: string;
}

const NOTHING_TO_DO = 'Nothing: this is for your information.';

export const WORDS: Readonly<Record<AnnouncementKind, Words>> = {
  'bucket-repaired': {
    subject: 'repaired',
    headline: 'Its default encryption was below the standard and has been repaired.',
    advice:
      'Tell whoever changed it. To put the replaced encryption back and hold the bucket, run reseal rollback BUCKET --region REGION --table LEDGER_TABLE.',
  },
  'bucket-held': {
    subject: 'held',
    headline:
      'Its default encryption is not what it should be, and changing it would break something. Nothing was changed.',
    advice:
      'Mend what the reasons name, or put an exception into the policy; the next sweep looks again. reseal policy explain BUCKET --account ACCOUNT --region REGION shows every fact.',
  },
  'bucket-unreadable': {
    subject: 'cannot be read',
    headline:
      'AWS did not let Reseal read it, so nobody knows whether it is encrypted as it should be. Nothing was changed.',
    advice: 'Allow what the reasons name; the next sweep tries again.',
  },
  'bucket-exempt': {
    subject: 'exempt',
    headline: 'An exception of the policy is in force, and Reseal leaves the bucket alone.',
    advice: NOTHING_TO_DO,
  },
  'bucket-observed': {
    subject: 'below the standard, observed',
    headline: 'It is below the standard, and the policy only observes it. Nothing was changed.',
    advice: 'Set mode: enforce in the policy, or in the rule that applies, to have it repaired.',
  },
  'bucket-compliant': {
    subject: 'compliant again',
    headline: 'Its default encryption is at least as strong as the standard.',
    advice: NOTHING_TO_DO,
  },
  'bucket-gone': {
    subject: 'gone',
    headline: 'It does not exist any more, so what was told of it is over.',
    advice: NOTHING_TO_DO,
  },
  'bucket-rolled-back': {
    subject: 'rolled back',
    headline: 'The encryption that the last repair replaced was put back, and Reseal holds the bucket.',
    advice: 'When Reseal may repair it again, run reseal acknowledge BUCKET --region REGION --table LEDGER_TABLE.',
  },
  'hold-ended': {
    subject: 'hold ended',
    headline: 'It was held, and its default encryption is now at least as strong as the standard.',
    advice: NOTHING_TO_DO,
  },
  'exception-ending': {
    subject: 'exception ends soon',
    headline: 'The exception that leaves it alone ends soon; from then on it is judged as any other.',
    advice: 'Bring the bucket to the standard, or renew the exception in the policy.',
  },
  'exception-expired': {
    subject: 'exception expired',
    headline: 'The exception that left it alone is over; it is judged as any other.',
    advice: 'Renew the exception in the policy, or take it out.',
  },
  'exception-refused': {
    subject: 'exception refused',
    headline: 'A tag asks for an exception, and the policy does not grant it.',
    advice: 'Have the tag set by somebody whom the policy allows, and to a day that it allows, or remove it.',
  },
  'bucket-acknowledged': {
    subject: 'acknowledged',
    headline: 'Somebody looked into it, and Reseal may repair it again.',
    advice: NOTHING_TO_DO,
  },
  'objects-left-over': {
    subject: 'objects left over',
    headline: 'Some of its objects are below the standard, and no job re-encrypts them.',
    advice: 'The leftovers say which objects and why; re-encrypt those by hand.',
  },
  'job-ended': {
    subject: 'job ended badly',
    headline: 'A job that re-encrypts its objects has ended without having done them all.',
    advice:
      'Mend what the failures name. The objects are not tried again by themselves: the completion report lists them, and aws s3api update-object-encryption does one.',
  },
};

/** What to do, with the bucket's name in the commands. */
export function adviceOf(kind: AnnouncementKind, bucket: string): string {
  return WORDS[kind].advice.replaceAll('BUCKET', bucket);
}
