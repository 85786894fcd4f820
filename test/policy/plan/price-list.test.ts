import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classPrices, parsePrices, pricesIn, pricesNamed } from '../../../src/policy/plan/price-list.ts';

const { region: _, ...OURS } = pricesIn('us-east-1');
const THEIRS = { ...OURS, asOf: 'January 2027', job: 0.3 };

test('the prices of a Region are those of the file, else those of us-east-1, and it is said whose they are', () => {
  const named = (region: string) => pricesNamed(pricesIn(region, { 'eu-west-1': THEIRS }), region);
  assert.equal(pricesIn('eu-west-1', { 'eu-west-1': THEIRS }).job, 0.3);
  assert.equal(pricesIn('eu-west-2', { 'eu-west-1': THEIRS }).job, 0.25);
  assert.equal(pricesIn('us-east-1', { 'us-east-1': THEIRS }).job, 0.3);
  assert.equal(pricesIn('eu-west-2', { 'us-east-1': THEIRS }).job, 0.3);
  assert.equal(pricesIn('constructor').region, 'us-east-1');
  assert.equal(named('eu-west-1'), 'US dollars at the list prices of eu-west-1, January 2027.');
  assert.equal(named('us-east-1'), 'US dollars at the list prices of us-east-1, November 2026.');
  assert.equal(
    named('eu-west-2'),
    'US dollars at the list prices of us-east-1, November 2026; prices differ by Region.',
  );
});

test('a file that says nothing of own copies has ours for them', () => {
  const { ownCopies, ...older } = THEIRS;
  assert.deepEqual(parsePrices({ 'eu-west-1': older }, 'prices.json'), { 'eu-west-1': older });
  assert.deepEqual(pricesIn('eu-west-1', { 'eu-west-1': older }).ownCopies, ownCopies);
});

test('every storage class has prices: archives their own, and what no list names those of STANDARD', () => {
  const list = pricesIn('us-east-1');
  assert.deepEqual(classPrices('DEEP_ARCHIVE', list), {
    thousandRequests: 0.05,
    thousandReads: 0.0004,
    gbRetrieved: 0,
    gbMonth: 0.00099,
  });
  assert.equal(classPrices('GLACIER_IR', list).thousandReads, 0.01);
  assert.deepEqual(classPrices('REDUCED_REDUNDANCY', list), classPrices('STANDARD', list));
  assert.deepEqual(classPrices('constructor', list), classPrices('STANDARD', list));
});

test('a file of prices is taken as it is', () => {
  assert.deepEqual(parsePrices({}, 'prices.json'), {});
  assert.deepEqual(parsePrices({ 'eu-west-1': THEIRS }, 'prices.json'), { 'eu-west-1': THEIRS });
});

test('every problem of a file is told at once, with its place', () => {
  const { job: __, gbMonth: ___, ...lacking } = THEIRS;
  const wrong = { 'eu-west-1': { ...lacking, asOf: '', extra: 1, tenThousandKmsRequests: -1 }, Europe: THEIRS };
  assert.throws(() => parsePrices(wrong, 'prices.json'), {
    code: 'invalid-prices',
    message: [
      'prices.json: eu-west-1.asOf: expected when the prices were looked up, as people read it (November 2026), found ""',
      'prices.json: eu-west-1.job: expected an amount of US dollars from 0 to 1,000,000,000, found nothing',
      'prices.json: eu-west-1.tenThousandKmsRequests: expected an amount of US dollars from 0 to 1,000,000,000, found -1',
      'prices.json: eu-west-1.gbMonth: expected a mapping of STANDARD, STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, found nothing',
      'prices.json: eu-west-1.extra: expected one of asOf, source, job, millionObjectsProcessed, millionObjectsListed, tenThousandKmsRequests, thousandRequests, gbRetrieved, gbMonth, ownCopies, found an unknown key',
      'prices.json: Europe: expected a Region, for example eu-west-1, found "Europe"',
    ].join('\n'),
  });
  assert.throws(() => parsePrices([], 'prices.json'), {
    message: 'prices.json: the file of prices: expected a mapping of Regions, found an empty list',
  });
});
