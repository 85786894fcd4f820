import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { compilePattern } from '../../local/events/pattern.ts';
import { propertiesOf } from './packaged-template.ts';
import { ROOT } from './reachable-sources.ts';

/** The recorded events that came over the bus, by the name of their file. */
const EVENTS = globSync('events/{create,delete,put,job,s3express,unrelated}*/*.json', { cwd: ROOT }).map(
  (file): [name: string, event: unknown] => [
    file.slice('events/'.length, -'.json'.length),
    JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')),
  ],
);

function matchedBy(rule: string): string[] {
  const matches = compilePattern(propertiesOf(rule)['EventPattern']);
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

  it('match the jobs that have ended', () => {
    assert.deepEqual(matchedBy('JobRule'), [
      'job-status-changed/cancelled',
      'job-status-changed/complete',
      'job-status-changed/failed',
      'job-status-changed/failed-no-keys',
    ]);
  });
});
