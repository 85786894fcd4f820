import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { stackCounts, walkCounts } from '../../scripts/cost/counted.ts';
import { costPage } from '../../scripts/cost/cost-page.ts';
import { PRICES } from '../../scripts/cost/prices.ts';
import { usageOf } from '../../scripts/cost/usage.ts';

const stack = await stackCounts();
const walk = walkCounts();
const text = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');

describe('docs/cost.md', () => {
  const { page, sentence } = costPage(stack, walk);

  it('is what follows from the packaged template and the counts of the bench', async () => {
    assert.equal(await text('docs/cost.md'), page, 'run npm run cost');
  });

  it('has the numbers of README', async () => {
    assert.ok((await text('README.md')).includes(sentence), `write there: ${sentence}.`);
  });

  it('names a page and a unit for each price', () => {
    for (const { page: source, unit } of Object.values(PRICES)) assert.match(`${source}, ${unit}`, /Pricing.*, \w/);
  });
});

describe('what standing still uses', () => {
  const idle = usageOf(stack, walk, { accounts: 1, buckets: 0 });

  it('is the metrics of the alarms and the polls of the queues, whoever is guarded', () => {
    const polls = 6 * 5 * 3 * 60 * 730;
    assert.deepEqual([idle.alarmMetric, idle.event], [22, 0]);
    const many = usageOf(stack, walk, { accounts: 100, buckets: 0 });
    assert.deepEqual([many.alarmMetric, many.event], [idle.alarmMetric, 0]);
    // A sweep sends itself one message an account.
    for (const { sqsRequest = 0 } of [idle, many]) assert.ok(sqsRequest > polls && sqsRequest < 1.01 * polls);
  });

  it('grows with buckets, and beyond that only the sweeps grow with accounts', () => {
    const one = usageOf(stack, walk, { accounts: 1, buckets: 1_000 });
    const many = usageOf(stack, walk, { accounts: 100, buckets: 1_000 });
    const grown = Object.keys(one).filter((name) => Reflect.get(many, name) > Reflect.get(one, name));
    const bySweeps = [
      'logsIn',
      'logsKept',
      'sqsRequest',
      'sqsGroup',
      'lambdaRequest',
      'lambdaDuration',
      'trace',
      'dynamoWrite',
      'dynamoRead',
      's3List',
    ];
    assert.deepEqual(grown, bySweeps);
    for (const [name, quantity] of Object.entries(one)) assert.ok(quantity >= (Reflect.get(idle, name) ?? 0), name);
  });
});
