import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { compilePattern } from '../../local/events/pattern.ts';
import { memberTemplate } from './member-template.ts';
import { propertiesOf } from './packaged-template.ts';
import { ROOT } from './reachable-sources.ts';

/** The recorded events that came over the bus, by the name of their file. */
const EVENTS = globSync('events/{create,delete,put,job,membership,object,s3express,unrelated}*/*.json', {
  cwd: ROOT,
}).map((file): [name: string, event: unknown] => [
  file.slice('events/'.length, -'.json'.length),
  JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')),
]);

const matchedBy = (rule: string) => matchedByPattern(propertiesOf(rule)['EventPattern']);

function matchedByPattern(pattern: unknown): string[] {
  const matches = compilePattern(pattern);
  return EVENTS.flatMap(([name, event]) => (matches(event) ? [name] : [])).toSorted();
}

describe('the patterns of the rules', () => {
  it('match every call that may leave a bucket below its standard, change which it is or who writes there, and no call that failed', () => {
    const calls =
      /^(create-bucket|delete-bucket|delete-bucket-encryption|put-bucket-(?:encryption|tagging|policy|acl|logging)|s3express)\/(?!failed-call)/;
    const expected = EVENTS.flatMap(([name]) => (calls.test(name) ? [name] : [])).toSorted();
    assert.ok(expected.length > 15);
    assert.deepEqual(matchedBy('EncryptionRule'), expected);
  });

  it('match what became of an account, in the hub, in the management account, and of Regions in every member', () => {
    const ofManagement = [
      'accept-handshake',
      'create-account-failed',
      'create-account-result',
      'create-managed-account',
    ];
    const expected = [...ofManagement, 'move-account', 'region-enabled'].map((name) => `membership/${name}`);
    assert.deepEqual(matchedBy('MembershipRule'), expected);
    const { EventPattern } = memberTemplate('management').Resources['ManagementRule']?.Properties ?? {};
    assert.deepEqual(matchedByPattern(EventPattern), expected.slice(0, -1));
    assert.deepEqual(
      matchedBy('ForwardRule').filter((name) => name.startsWith('membership/')),
      expected.slice(-1),
    );
  });

  it('match the writes that did not leave their encryption to the bucket, and those of which nobody can say', () => {
    const names = [
      'bucket-of-another-account',
      'by-a-service',
      'by-own-batch-role',
      'copy-sse-s3',
      'parts-sse-s3',
      'sse-c',
      'sse-s3',
      'unknown-sse-applied',
      'without-sse-applied',
    ];
    assert.deepEqual(
      matchedBy('WritesRule'),
      names.map((name) => `object-write/${name}`),
    );
  });

  it('match the jobs that have ended', () => {
    assert.deepEqual(matchedBy('JobRule'), [
      'job-status-changed/cancelled',
      'job-status-changed/complete',
      'job-status-changed/failed',
      'job-status-changed/failed-no-keys',
    ]);
  });
});
