import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { actionsFrom } from '../infra/aws-calls.ts';

/** What the commands of docs/status.md read, run and ask for in the hub. */
const FILES = [
  'src/aws/stack/hub-stack.ts',
  'src/aws/ledger/ledger-scan.ts',
  'src/aws/ledger/organization-reader.ts',
  'src/aws/published-policy/pinned-policy.ts',
  'src/aws/queue/queue-depth.ts',
  'src/aws/function/invoke-function.ts',
  'src/aws/ledger/job-reader.ts',
  'src/aws/job/describe-job.ts',
];
/** The pinned policy itself is read by functions; whoever plans has it in a file. */
const OF_FUNCTIONS = ['s3:GetObjectVersion'];
/** A wish is one item; the files that write it can do more. */
const ASKED = ['dynamodb:UpdateItem'];

test('docs/permissions.md gives operators of the hub what their commands need, no more and no fewer', () => {
  const page = readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('## Operators of the hub');
  const [, block = ''] = /```json\n([^]*?)```/.exec(section) ?? [];
  const statements: { Action: string | string[] }[] = JSON.parse(block);
  const allowed = statements.flatMap(({ Action }) => Action);
  const needed = new Set([...FILES.flatMap(actionsFrom), ...ASKED].filter((action) => !OF_FUNCTIONS.includes(action)));
  assert.deepEqual(allowed.toSorted(), [...needed].toSorted());
});
