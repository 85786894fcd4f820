import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { METHODS, type Standard } from '../../../src/policy/model.ts';
import { mayMeet } from '../../../src/policy/plan/objects-met.ts';
import type { PlanInput } from '../../../src/policy/plan/plan-model.ts';
import { needsCopyConditions, needsVersioning, planObjects, planScopes } from '../../../src/policy/plan/plan.ts';
import { AES, DSSE, FOREIGN_KEY, KEY, KMS, OLD_MS, OTHER_KEY, listed, planInput } from '../literals.ts';

const SAFE = { aclsDisabled: true, website: false, objectLock: false };
const LARGE = 5 * 1024 ** 3 + 1;
const restore = { tier: 'Bulk', days: 2 } as const;
const OWN: Standard = { ...KMS, methods: METHODS };
const INLINE: Standard = { ...OWN, inlineUpTo: 3 };
const WINDOW = { kind: 'window', from: '2026-11-02T10:15:30Z', replaced: { algorithm: 'AES256' } } as const;

/** A bucket whose standard has its key in another account, so that nothing can be updated. */
function foreign(change: Partial<PlanInput> = {}): PlanInput {
  return planInput({ standard: OWN, keyArn: FOREIGN_KEY, copy: SAFE, ...change });
}

const page = (...objects: PlanInput['listing']['objects']) => ({ objects, truncated: false });

function summary(input: PlanInput) {
  const { jobs, leftovers } = planObjects(input);
  const batch = jobs.filter(({ own }) => own === undefined);
  return {
    batch: [...new Set(batch.map(({ method }) => method))],
    own: jobs.find(({ own }) => own !== undefined)?.own,
    leftovers: leftovers.map(({ code }) => code),
  };
}

const BESIDE = { does: ['own-copy'], others: ['copy'] };
const ALONE = { does: ['own-copy'] };

describe('our own copies do what S3 Batch cannot', () => {
  const rows: [string, PlanInput, object | undefined, string[], string[]?][] = [
    ['nothing, where S3 copies all', foreign(), undefined, ['copy']],
    ['nothing, where all is updated', planInput({ standard: OWN }), undefined, ['update-encryption']],
    ['over 5 GiB', foreign({ listing: page(listed(), listed('STANDARD', OLD_MS, LARGE)) }), BESIDE, ['copy']],
    ['reduced redundancy', foreign({ listing: page(listed('REDUCED_REDUNDANCY')) }), BESIDE, []],
    ['ACLs', foreign({ copy: { ...SAFE, aclsDisabled: false } }), ALONE, []],
    ['a website with Object Lock', foreign({ copy: { ...SAFE, website: true, objectLock: true } }), ALONE, []],
    ['DSSE-KMS', planInput({ standard: { ...DSSE, methods: METHODS } }), ALONE, []],
    ['copies of S3 that are off', foreign({ standard: { ...OWN, methods: ['own-copy'] } }), ALONE, []],
    [
      'unencrypted objects in a bucket with ACLs, beside updates',
      planInput({ standard: OWN, listing: page(listed('STANDARD', OLD_MS)), copy: { ...SAFE, aclsDisabled: false } }),
      { does: ['own-copy'], others: ['update-encryption'] },
      ['update-encryption'],
    ],
    ['archives that nobody restores', foreign({ listing: page(listed('GLACIER')) }), undefined, [], ['archived']],
    [
      'archives that are restored',
      foreign({ standard: { ...OWN, restore }, listing: page(listed('GLACIER')) }),
      { ...BESIDE, restore },
      [],
    ],
    ['a class of a later time', foreign({ listing: page(listed('SNOW')) }), undefined, [], ['storage-class-unknown']],
    [
      'what a page does not show',
      foreign({ listing: { objects: [listed()], truncated: true } }),
      BESIDE,
      ['copy'],
      ['beyond-first-page'],
    ],
  ];
  for (const [name, input, own, batch, leftovers = []] of rows)
    test(name, () => assert.deepEqual(summary(input), { batch, own, leftovers }));

  test('beyond a page only archives are not seen, and with restores nothing', () => {
    const truncated = { objects: [listed()], truncated: true };
    const [reason] = planObjects(foreign({ listing: truncated })).leftovers;
    assert.match(reason?.message ?? '', /objects: archived ones beyond it are not copied and not counted\.$/);
    assert.deepEqual(summary(foreign({ standard: { ...OWN, restore }, listing: truncated })).leftovers, []);
  });

  test('once for a bucket and scope, whatever the windows', () => {
    const other = { ...WINDOW, replaced: { algorithm: 'aws:kms', keyId: OTHER_KEY } };
    const copy = { ...SAFE, website: true };
    const { jobs } = planScopes([WINDOW, other].map((scope) => foreign({ scope, copy })));
    assert.deepEqual(
      jobs.map((job) => [job.method, job.class, job.createdAfter, job.priority]),
      [['own-copy', 'any', '2026-11-02T10:00:30.000Z', 20]],
    );
  });

  test('and noncurrent versions never', () => {
    const standard: Standard = { ...DSSE, methods: METHODS, versions: 'all' };
    assert.deepEqual(summary(planInput({ standard })), { batch: [], own: ALONE, leftovers: ['versions-need-copy'] });
  });

  test('a policy that keeps keys says which is nobody’s own', () => {
    const standard: Standard = { ...OWN, keepKey: true };
    const input = foreign({ standard, awsManagedKeyArn: OTHER_KEY, copy: { ...SAFE, website: true } });
    assert.deepEqual(summary(input).own, { ...ALONE, keepKey: true, awsManagedKeyArn: OTHER_KEY });
  });

  test('where their role is not there, what S3 can do is done, and the rest is named once', () => {
    const off = (standard: Standard): Standard => ({ ...standard, lacksOwnRole: 'the-role' });
    const large = page(listed(), listed('STANDARD', OLD_MS, LARGE));
    const plan = (input: PlanInput) => {
      const { jobs, leftovers } = planScopes([input, input]);
      return [[...new Set(jobs.map(({ method }) => method))], leftovers.map(({ code }) => code)];
    };
    assert.deepEqual(plan(foreign({ standard: off(OWN) })), [['copy'], []]);
    assert.deepEqual(plan(foreign({ standard: off(OWN), listing: large })), [['copy'], ['own-copies-off']]);
    assert.deepEqual(plan(foreign({ standard: off(INLINE) })), [['copy'], []]);
    assert.deepEqual(plan(planInput({ standard: off({ ...DSSE, methods: METHODS }) })), [[], ['own-copies-off']]);
  });

  test('without the method nothing changes, and DSSE-KMS is left', () => {
    const { jobs } = planObjects(foreign({ standard: { ...KMS, inlineUpTo: 1_000, restore } }));
    assert.deepEqual(
      jobs.filter(({ own }) => own !== undefined),
      [],
    );
    assert.deepEqual(summary(planInput({ standard: DSSE })).leftovers, ['dsse-needs-copy-function']);
  });
});

describe('a bucket that is small enough has one job of our own function', () => {
  const inline = { does: METHODS, lane: 'inline' };

  test('in place of all jobs of S3', () => {
    assert.deepEqual(summary(planInput({ standard: INLINE })), { batch: [], own: inline, leftovers: [] });
    const copies = { ...inline, does: ['copy', 'own-copy'] };
    assert.deepEqual(summary(foreign({ standard: INLINE })), { batch: [], own: copies, leftovers: [] });
  });

  test('up to its number, and only where it was seen whole', () => {
    const own = (listing: PlanInput['listing'], standard = INLINE) =>
      summary(planInput({ standard, listing, copy: SAFE })).own?.lane;
    assert.equal(own(page(listed(), listed(), listed(), listed())), undefined);
    assert.equal(own({ objects: [listed()], truncated: true }), undefined);
    assert.equal(own(page(listed())), 'inline');
    assert.equal(own(page()), undefined);
    assert.equal(own(page(listed()), { ...INLINE, methods: ['update-encryption', 'copy'] }), undefined);
  });

  test('which knows that only unencrypted objects are meant', () => {
    const standard: Standard = { ...AES, methods: METHODS, inlineUpTo: 3 };
    const [job] = planObjects(planInput({ standard, listing: page(listed('STANDARD', OLD_MS)) })).jobs;
    assert.deepEqual([job?.writtenBefore, job?.own?.does], ['2023-01-06T00:00:00.000Z', ['copy', 'own-copy']]);
    assert.deepEqual(planObjects(planInput({ standard })).jobs, []);
  });

  test('and a job of S3 for noncurrent versions', () => {
    const { jobs } = planObjects(planInput({ standard: { ...INLINE, versions: 'all' } }));
    assert.deepEqual(
      jobs.map(({ method, versions }) => [method, versions]),
      [
        ['own-copy', undefined],
        ['update-encryption', true],
      ],
    );
  });

  test('for which nobody reads what a copy by S3 would lose', () => {
    assert.equal(needsCopyConditions(foreign({ standard: INLINE })), false);
    assert.equal(needsVersioning(foreign({ standard: INLINE })), true);
    assert.equal(needsVersioning(planInput({ standard: INLINE, keyArn: KEY })), false);
  });

  test('which names what even it leaves', () => {
    const listing = page(listed('GLACIER'), listed());
    assert.deepEqual(summary(foreign({ standard: INLINE, listing })).leftovers, ['archived']);
    assert.deepEqual(summary(planInput({ standard: INLINE, listing })).leftovers, []);
  });
});

describe('a listed object is worth a look', () => {
  type Asked = Parameters<typeof mayMeet>[0];
  const beside: Asked = { own: { does: ['own-copy'], others: ['copy'] } };
  const alone: Asked = { own: { does: ['own-copy'] } };
  const restores: Asked = { own: { does: ['own-copy'], others: ['copy'], restore } };
  const rows: [string, Parameters<typeof mayMeet>, boolean][] = [
    ['not where S3 copies it', [beside, listed()], false],
    ['over 5 GiB', [beside, listed('STANDARD', OLD_MS, LARGE)], true],
    ['where S3 copies nothing', [alone, listed()], true],
    ['not in an archive', [alone, listed('GLACIER')], false],
    ['in an archive that is restored', [restores, listed('GLACIER')], true],
    ['in a class that may have archived it', [restores, listed('INTELLIGENT_TIERING')], true],
    ['not in that class without restores', [beside, listed('INTELLIGENT_TIERING')], false],
    ['not in a class of a later time', [alone, listed('SNOW')], false],
    ['in any class where it may be updated', [{ own: { does: [...METHODS], lane: 'inline' } }, listed('SNOW')], true],
    ['not when it is too young', [{ ...alone, writtenBefore: '2023-01-06T00:00:00.000Z' }, listed()], false],
    [
      'not when it is too old',
      [{ ...alone, createdAfter: '2026-11-02T10:00:30.000Z' }, listed('STANDARD', OLD_MS)],
      false,
    ],
  ];
  for (const [name, asked, may] of rows) test(name, () => assert.equal(mayMeet(...asked), may));
});
