import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abandonedUploads } from '../../../src/policy/copy/abandoned-uploads.ts';

const session = (role: string, name: string) => `arn:aws:sts::111111111111:assumed-role/${role}/${name}`;
const ours = { uploadId: 'ours', begunMs: 10, by: session('reencrypt', 'two') };

test('what our role began before is ours, in whatever session; nothing else is', () => {
  const uploads = [
    ours,
    { uploadId: 'earlier', begunMs: 9, by: session('reencrypt', 'one') },
    { uploadId: 'same-second', begunMs: 10, by: session('reencrypt', 'two') },
    { uploadId: 'later', begunMs: 11, by: session('reencrypt', 'three') },
    { uploadId: 'of-another-role', begunMs: 1, by: session('reencrypt-too', 'one') },
    { uploadId: 'of-a-user', begunMs: 1, by: 'arn:aws:iam::111111111111:user/reencrypt' },
    { uploadId: 'unknown', begunMs: 1 },
  ];
  assert.deepEqual(abandonedUploads(uploads, 'ours'), ['earlier', 'same-second']);
});

test('where no role began ours, nobody can tell', () => {
  const uploads = [
    { ...ours, by: '0123' },
    { uploadId: 'earlier', begunMs: 9, by: '0123' },
  ];
  assert.deepEqual(abandonedUploads(uploads, 'ours'), []);
  assert.deepEqual(abandonedUploads(uploads.slice(1), 'ours'), []);
});
