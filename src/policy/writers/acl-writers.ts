import type { Grant } from '../facts.ts';
import { canonicalWriters } from './policy-writers.ts';
import { ACCESS_LOGS } from './services.ts';
import type { Writer } from './writer.ts';

const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery';

/** The AWS services that a bucket's ACL lets write objects (S3 guide, ACL overview). */
export function aclWriters(grants: readonly Grant[]): Writer[] {
  return grants.filter(letsWrite).flatMap(({ id, uri }) => {
    if (uri === LOG_DELIVERY) {
      const evidence = 'The bucket ACL lets the LogDelivery group write.';
      return [{ service: ACCESS_LOGS.service, evidence, takes: ACCESS_LOGS.takes }];
    }
    return id === undefined ? [] : canonicalWriters(id, `The bucket ACL lets canonical user ${id} write.`);
  });
}

function letsWrite({ permission, isOwner }: Grant): boolean {
  return !isOwner && (permission === 'WRITE' || permission === 'FULL_CONTROL');
}
