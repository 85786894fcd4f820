import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { resourcesOf } from '../infra/packaged-template.ts';
import { ROOT } from './documents.ts';

const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const deploys = /^\*\*What it deploys\*\*[^.]*\./m.exec(readme)?.[0] ?? '';
const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

// What a parameter has to ask for is not counted.
const alwaysOf = (type: string) => resourcesOf(type).filter(([, { Condition }]) => Condition === undefined);
const queues = alwaysOf('AWS::SQS::Queue').map(([id]) => id);
const deadLetters = queues.filter((id) => id.endsWith('DeadLetters'));
// The forwarding rule is one of those that every guarded account has.
const rules = alwaysOf('AWS::Events::Rule').filter(([id]) => id !== 'ForwardRule');

describe('README counts what the packaged template has', () => {
  for (const [what, count] of [
    ['Lambda functions', resourcesOf('AWS::Lambda::Function').length],
    ['rules', rules.length],
    ['queues', queues.length - deadLetters.length],
    ['dead-letter queues', deadLetters.length],
    ['alarms', resourcesOf('AWS::CloudWatch::Alarm').length],
  ] as const) {
    test(what, () => assert.match(deploys, new RegExp(`\\b${NUMBERS[count]} ${what}\\b`)));
  }
});
