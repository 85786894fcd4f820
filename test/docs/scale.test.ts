import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { readCommitted } from '../../bench/gate/gate.ts';
import { DEFAULTS, paceOf } from '../../scripts/scale/pace.ts';
import { QUOTAS } from '../../scripts/scale/quotas.ts';
import { nearest, SCENES, scalePage } from '../../scripts/scale/scale-page.ts';
import { BUCKETS_A_PART, SERVICES, sweepWork } from '../../scripts/scale/sweep-work.ts';

const text = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
const yaml = async (file: string) => parse(await text(file), { logLevel: 'silent' });
const one = { accounts: 1, regions: 1, buckets: 1_000, isUnderKey: false };

describe('docs/scale.md', () => {
  it('is what the model says', async () => {
    assert.equal(await text('docs/scale.md'), scalePage(), 'run npm run scale');
  });

  it('names a source for each quota, and says of one that has no number that it is not published', () => {
    for (const { name, source, does, most, sure } of QUOTAS) {
      assert.ok(source.length > 0 && does.length > 0, name);
      assert.equal(most === undefined, sure === 'U', name);
    }
  });

  it('has the settings of the stack as they are deployed', async () => {
    const { Parameters } = await yaml('infra/parameters.yml');
    assert.equal(Parameters.SweepConcurrency.Default, DEFAULTS.sweepConcurrency);
    assert.equal(Parameters.AssessConcurrency.Default, DEFAULTS.assessConcurrency);
    const { provider, functions } = await yaml('serverless.yml');
    assert.equal(provider.memorySize, DEFAULTS.memoryMb);
    assert.equal(functions.sweep.environment.SWEEP_PART_BUCKETS, String(BUCKETS_A_PART));
  });
});

describe('the model of a sweep', () => {
  it('asks as often a bucket as the gate counts: twice under SSE-S3, three times under a key, for where it logs, and for what was announced of it', () => {
    const counts = new Map(Object.entries(readCommitted()));
    const grown = (isUnderKey: boolean) => {
      const [fewer, more] = [1_000, 2_000].map((buckets) => sweepWork({ ...one, buckets, isUnderKey }).calls);
      const of = (calls: typeof fewer) => SERVICES.reduce((sum, service) => sum + (calls?.[service] ?? 0), 0);
      return (of(more) - of(fewer)) / 1_000;
    };
    const announced = 1;
    const listed = 1 + 1 / 10 + 1 / 1_000;
    for (const [isUnderKey, name] of [
      [false, 'calls of a sweep of a compliant SSE-S3 bucket'],
      [true, 'calls of a sweep of a compliant bucket under a key'],
    ] as const)
      assert.ok(
        Math.abs(grown(isUnderKey) - (counts.get(name) ?? 0) - announced - listed) < 0.01,
        `${name}: ${grown(isUnderKey)}`,
      );
  });

  it('grows with what it is about, in calls, time and memory', () => {
    for (const [at, scene] of SCENES.entries()) {
      const before = SCENES[at - 1];
      if (before === undefined) continue;
      for (const service of SERVICES)
        assert.ok(sweepWork(scene).calls[service] >= sweepWork(before).calls[service], service);
      assert.ok(paceOf(scene, DEFAULTS).swept >= paceOf(before, DEFAULTS).swept);
      assert.ok(paceOf(scene, DEFAULTS).memoryMb >= paceOf(before, DEFAULTS).memoryMb);
    }
  });

  it('sweeps a million buckets within a day as deployed, and no invocation nears its 900 seconds', () => {
    const largest = SCENES.at(-1) ?? one;
    const { swept, longest } = paceOf(largest, DEFAULTS);
    assert.ok(swept < 24 * 3_600 && longest < 450, `${swept} s, ${longest} s`);
    const inOnePlace = paceOf({ ...one, buckets: 1_000_000 }, DEFAULTS);
    assert.ok(inOnePlace.longest < 450 && inOnePlace.memoryMb < DEFAULTS.memoryMb, JSON.stringify(inOnePlace));
  });

  it('names the quota of which the most is used', () => {
    const organization = SCENES.at(-1) ?? one;
    const settings = { ...DEFAULTS, sweepConcurrency: 200 };
    const met = { organization, settings, work: sweepWork(organization), pace: paceOf(organization, settings) };
    const { quota, share } = nearest(met);
    assert.match(quota.name, /on-demand table/);
    assert.ok(share > 1);
  });
});
