import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { globMatch } from '../../src/iam/glob.ts';
import { judgeGrant } from '../../src/iam/match.ts';
import { parseStatements } from '../../src/iam/parse-statements.ts';
import { policyWriters } from '../../src/policy/writers/policy-writers.ts';

/** Recorded, so that a failure is the same failure tomorrow. */
const RUNS = { seed: 20_261_122, numRuns: 1500 };

const anything = fc.oneof(
  fc.constantFrom('*', '111122223333', 'arn:aws:iam::111122223333:role/a', 'Allow', 'kms:*', '', null, true, 7),
  fc.jsonValue({ maxDepth: 2 }),
);
const member = fc.constantFrom(
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
  'effect',
  'X',
);
const oddStatement = fc.dictionary(member, anything, { maxKeys: 8 });

const oneOrMore = (values: readonly string[]) =>
  fc.oneof(fc.constantFrom(...values), fc.array(fc.constantFrom(...values), { maxLength: 3 }));
const SERVICES = ['delivery.logs.amazonaws.com', 'config.amazonaws.com', '*'];
const ARNS = ['*', '111122223333', '444455556666', 'arn:aws:iam::111122223333:role/a'];
const principal = fc.oneof(
  fc.constant('*'),
  fc.record({ AWS: oneOrMore(ARNS) }),
  fc.record({ Service: oneOrMore(SERVICES) }),
  fc.record({ AWS: oneOrMore(ARNS), Service: oneOrMore(SERVICES) }),
);
const condition = fc.dictionary(
  fc.constantFrom(
    'StringEquals',
    'StringNotEquals',
    'StringLikeIfExists',
    'ArnLike',
    'ForAnyValue:StringEquals',
    'Null',
    'Odd',
  ),
  fc.dictionary(
    fc.constantFrom('aws:SourceAccount', 'aws:PrincipalOrgID', 'aws:SourceArn'),
    oneOrMore(['111122223333', 'o-a', '*', 'true']),
  ),
  { maxKeys: 2 },
);
const goodStatement = fc
  .record({
    effect: fc.constantFrom('Allow', 'Deny'),
    who: fc.tuple(fc.constantFrom('Principal', 'NotPrincipal'), principal),
    what: fc.tuple(fc.constantFrom('Action', 'NotAction'), oneOrMore(['kms:*', 'kms:Decrypt', 'KMS:generate*', '*'])),
    where: fc.tuple(
      fc.constantFrom('Resource', 'NotResource'),
      oneOrMore(['*', 'arn:aws:kms:*', 'arn:aws:kms:eu-west-1:1:key/1']),
    ),
    condition: fc.option(condition, { nil: undefined }),
  })
  .map(({ effect, who, what, where, condition: Condition }) => ({
    Effect: effect,
    ...Object.fromEntries([who, what, where]),
    ...(Condition === undefined ? {} : { Condition }),
  }));
const asker = fc.constantFrom(
  { kind: 'service', name: 'delivery.logs.amazonaws.com' } as const,
  { kind: 'arn', arn: 'arn:aws:iam::111122223333:role/a' } as const,
  { kind: 'account', id: '444455556666' } as const,
  { kind: 'everyone' } as const,
);
const context = fc.constantFrom(
  {},
  { 'aws:sourceaccount': '111122223333' },
  { 'aws:sourceaccount': null, 'aws:principalorgid': 'o-a' },
);
const GRANTING = { denied: 0, no: 0, perhaps: 1, allowed: 2 } as const;

test('parseStatements answers whatever it is given, and never throws', () => {
  const text = fc.oneof(
    fc.string(),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.array(oddStatement, { maxLength: 4 }).map((statements) => JSON.stringify({ Statement: statements })),
    oddStatement.map((statement) => JSON.stringify({ Statement: statement })),
  );
  const property = fc.property(text, (given) => {
    const parsed = parseStatements(given, 'aws');
    if (parsed.kind === 'malformed') return assert.notEqual(parsed.why, '');
    policyWriters(parsed.statements, { bucket: 'logs', account: '111122223333', partition: 'aws' });
  });
  fc.assert(property, RUNS);
});

test('every document of good statements is read', () => {
  const property = fc.property(fc.array(goodStatement, { maxLength: 5 }), (statements) => {
    const parsed = parseStatements(JSON.stringify({ Statement: statements }), 'aws');
    assert.equal(parsed.kind === 'read' ? parsed.statements.length : parsed.why, statements.length);
  });
  fc.assert(property, RUNS);
});

test('a Deny never turns into a grant: one more of them never grants more', () => {
  const property = fc.property(
    fc.array(goodStatement, { maxLength: 4 }),
    goodStatement,
    asker,
    context,
    (statements, one, who, known) => {
      const ask = { principal: who, action: 'kms:Decrypt', resource: 'arn:aws:kms:eu-west-1:1:key/1', context: known };
      const of = (list: object[]) => {
        const parsed = parseStatements(JSON.stringify({ Statement: list }), 'aws');
        return parsed.kind === 'read' ? judgeGrant(parsed.statements, ask).grant : 'no';
      };
      const denied = of([...statements, { ...one, Effect: 'Deny' }]);
      assert.ok(GRANTING[denied] <= GRANTING[of(statements)], denied);
      assert.equal(GRANTING[of([{ ...one, Effect: 'Deny' }])], 0);
    },
  );
  fc.assert(property, RUNS);
});

test('what is known of a value only in part is decided as every such value would be', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 5 });
  const property = fc.property(pattern, pattern, fc.array(letters, { maxLength: 4 }), (wanted, open, fillings) => {
    const values = fillings.map((filling) => open.replaceAll('*', filling).replaceAll('?', filling[0] ?? 'a'));
    const whole = globMatch(wanted, open);
    for (const value of values) if (whole !== 'unknown') assert.equal(globMatch(wanted, value), whole, value);
  });
  fc.assert(property, RUNS);
});
