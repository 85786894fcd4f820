import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ENDED } from '../../cli/jobs/job-filter.ts';
import { leftAlone } from '../../cli/verify/verify-words.ts';
import prices from '../../src/policy/plan/prices.json' with { type: 'json' };

const page = readFileSync(new URL('../../docs/reencryption.md', import.meta.url), 'utf8');
const { job, millionObjectsProcessed, millionObjectsListed, tenThousandKmsRequests, ...byClass } = prices['us-east-1'];
const { thousandRequests, gbRetrieved, gbMonth } = byClass;

const usd = (sum: number) => `$${sum.toFixed(2)}`;
const million = (thousand: number) => usd(thousand * 1_000);
const kms = (each: number) => usd(each * 100 * tenThousandKmsRequests);
/** The little that is added makes a half of a cent one also where its binary fraction falls just short. */
const sum = job + millionObjectsProcessed + millionObjectsListed + thousandRequests.STANDARD * 1_000 + 1e-6;
const together = usd(sum);
const fromKey = usd(sum + 100 * tenThousandKmsRequests);
const MINIMUM: Record<string, string> = { STANDARD_IA: '30 days', ONEZONE_IA: '30 days', GLACIER_IR: '90 days' };

/** What the page must say, from the prices that a plan goes by. */
function costLines(): string[] {
  const requests = million(thousandRequests.STANDARD);
  return [
    `| one job | ${usd(job)} | ${usd(job)} |`,
    `| objects that go through it | ${usd(millionObjectsProcessed)} | ${usd(millionObjectsProcessed)} |`,
    `| listing, for each million objects of the bucket | $${millionObjectsListed} | $${millionObjectsListed} |`,
    `| requests | ${requests} | ${requests}, in other classes more (below) |`,
    `| KMS, with a Bucket Key, at most | nearly nothing from SSE-S3, ${kms(1)} from a key without one | nearly nothing from unencrypted, ${kms(1)} from a key without one |`,
    `| KMS, without one, at most | ${kms(1)} from SSE-S3, ${kms(2)} from a key | ${kms(1)} from unencrypted, ${kms(2)} from a key |`,
    `| **together, with a Bucket Key** | **${together}**, at most ${fromKey} from a key without one | the same, and what the copies cost beside it |`,
    ...Object.entries(thousandRequests).map(([name, thousand]) => {
      const gb = gbRetrieved[name as keyof typeof gbRetrieved];
      return `| ${name} | ${million(thousand)} | ${gb === 0 ? 'nothing' : usd(gb)} | ${MINIMUM[name] ?? 'none'} |`;
    }),
  ];
}

describe('docs/reencryption.md', () => {
  test('has the cost of a million objects by method, as a plan has it', () => {
    const missing = costLines().filter((line) => !page.includes(`\n${line}\n`));
    assert.deepEqual(missing, []);
    assert.ok(page.includes(`The update costs ${together} once (at most ${fromKey} from a key without a Bucket Key)`));
    assert.ok(page.includes(`${usd(1_000 * gbMonth.STANDARD)} more for each month`));
    assert.ok(page.includes(prices['us-east-1'].asOf));
  });

  test('names everything that leaves an object alone, with what to do', () => {
    const lines = leftAlone().map(([code, { meaning, remedy }]) => `| \`${code}\` | ${meaning} | ${remedy} |`);
    assert.deepEqual(
      lines.filter((line) => !page.includes(line)),
      [],
    );
  });

  test('names every end of a job', () => {
    assert.deepEqual(
      ENDED.filter((status) => !page.includes(status)),
      [],
    );
  });
});
