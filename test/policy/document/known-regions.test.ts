import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { regionMeant } from '../../../src/policy/document/known-regions.ts';

const CORE = path.dirname(createRequire(import.meta.url).resolve('@aws-sdk/core/package.json'));
const RULES = 'dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';

test('every Region that the AWS SDK knows is known', () => {
  const names = readFileSync(path.join(CORE, RULES), 'utf8').matchAll(/"([a-z]{2,4}(?:-[a-z]+)+-\d{1,2})": \{/g);
  const regions = [...names].map(([, name = '']) => name);
  assert.ok(regions.length > 40);
  assert.deepEqual(
    regions.filter((region) => regionMeant(region) !== undefined),
    [],
  );
});

test('of any other the nearest is meant, if one is near', () => {
  const rows = [
    ['eu-wset-1', ' (eu-west-1?)'],
    ['us-gov-wst-1', ' (us-gov-west-1?)'],
    ['ap-southest-2', ' (ap-southeast-2?)'],
    ['eu-central-9', ' (eu-central-1?)'],
    ['atlantis-1', ''],
  ];
  assert.deepEqual(
    rows.map(([name = '']) => [name, regionMeant(name)]),
    rows,
  );
});
