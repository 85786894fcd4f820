import type { S3Client } from '@aws-sdk/client-s3';
import type { ObjectOutcome, ObjectTask } from '../../policy/copy/object-task.ts';
import { createObjectAcl, type AclReading } from './object-acl.ts';
import { createObjectAnnotations } from './object-annotations.ts';
import { refusable } from './object-refusal.ts';
import { createObjectTags } from './object-tags.ts';
import type { HeadedSource } from './source-head.ts';

/** All of an object that an upload is begun with, and that has to be the same when it is completed. */
export interface CarriedState {
  source: HeadedSource;
  acl: AclReading;
  tags: string | undefined;
  hasAnnotations: boolean;
}

/** What a copy in parts has to carry by itself. Throws RefusedCall where anything of it may not be read: nothing is copied then. */
export async function readCarried(s3: S3Client, task: ObjectTask, source: HeadedSource): Promise<CarriedState> {
  const [acl, tags, hasAnnotations] = await Promise.all([
    readAcl(s3, task),
    refusable('read its tags (s3:GetObjectTagging)', () => createObjectTags(s3)(task)),
    refusable('list its annotations (s3:ListObjectAnnotations)', () => createObjectAnnotations(s3)(task)),
  ]);
  return { source, acl, tags, hasAnnotations };
}

/** The ACL alone: S3 itself carries the rest where it copies an object whole. */
export function readAcl(s3: S3Client, task: ObjectTask): Promise<AclReading> {
  return refusable('read its ACL (s3:GetObjectAcl)', () => createObjectAcl(s3)(task));
}

/** Why nothing is copied: what no copy keeps. */
export function endByCarried({ acl, hasAnnotations }: Partial<CarriedState>): ObjectOutcome | undefined {
  if (acl?.isForeign === true)
    return failed(
      'ObjectOfOtherAccount',
      `the object belongs to ${acl.owner}, and a copy would belong to the bucket's account`,
    );
  if (hasAnnotations === true)
    return failed('AnnotationsNotCopied', 'the object has annotations, which no copy in parts keeps');
  return undefined;
}

function failed(code: string, why: string): ObjectOutcome {
  return { kind: 'failed', code, why };
}
