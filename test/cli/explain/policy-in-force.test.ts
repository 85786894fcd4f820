import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inForceBeside, inForceLine, type JudgedBy } from '../../../cli/explain/policy-in-force.ts';

const PIN = { bucket: 'policies', key: 'policy/policy.json', versionId: 'v', sha256: 'aa', order: 3 };
const HERE = 'this verdict is that of policy.yaml (SHA-256 aa)';

describe('the policy in force beside the one that judged', () => {
  const rows: [name: string, inForce: JudgedBy['inForce'], line: string | undefined][] = [
    ['nobody asked', undefined, undefined],
    ['the same', { source: 'published', publication: 3, sha256: 'aa', isSame: true }, 'this policy, as publication 3'],
    [
      'another one',
      { source: 'published', publication: 3, sha256: 'bb', isSame: false },
      `another policy, publication 3 (SHA-256 bb); ${HERE}`,
    ],
    [
      'none published',
      { source: 'packaged' },
      `the policy of the last deploy, because none was published, and it cannot be read from here; ${HERE}`,
    ],
    ['not told', { source: 'unknown', why: 'AccessDenied: no' }, `unknown (AccessDenied: no); ${HERE}`],
  ];
  for (const [name, inForce, line] of rows) {
    test(name, () => {
      const judgedBy = { file: 'policy.yaml', sha256: 'aa', ...(inForce === undefined ? {} : { inForce }) };
      assert.equal(inForceLine(judgedBy), line);
    });
  }
});

test('the table says which it is', async () => {
  const asked = (pin: () => Promise<typeof PIN | undefined>) => inForceBeside('aa', pin, String);
  assert.deepEqual(
    [
      await asked(async () => PIN),
      await asked(async () => ({ ...PIN, sha256: 'bb' })),
      await asked(async () => undefined),
      await asked(() => Promise.reject(new Error('no'))),
    ],
    [
      { source: 'published', publication: 3, sha256: 'aa', isSame: true },
      { source: 'published', publication: 3, sha256: 'bb', isSame: false },
      { source: 'packaged' },
      { source: 'unknown', why: 'Error: no' },
    ],
  );
});
