// What the verdict on one bucket costs in CPU time where its policy and that of the key are as long and as odd as AWS takes them.
import { decide } from '../src/policy/decide.ts';
import { parsePolicy } from '../src/policy/document/document.ts';
import type { Facts } from '../src/policy/facts.ts';
import { median } from './figures/median.ts';
import { BUCKET_POLICY_BYTES, KEY_POLICY_BYTES, WORST, type WorstPolicies } from './figures/worst-policies.ts';

const RUNS = 5;
const MOST_MS = 150;
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const policy = parsePolicy({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' } });
const read = <T>(value: T) => ({ kind: 'read', value }) as const;

const only = process.env['ONLY'];
for (const worst of WORST.filter(({ name }) => only === undefined || name.includes(only))) console.log(measured(worst));

function measured({ name, isUnderKey = false, ...policies }: WorstPolicies): string {
  const bucketPolicy = text(policies.bucketPolicy, BUCKET_POLICY_BYTES);
  const keyPolicy = text(policies.keyPolicy, KEY_POLICY_BYTES);
  let said = '';
  const times = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage();
    said = verdictOf(bucketPolicy, keyPolicy, isUnderKey);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  const figure = `${median(times).toFixed(0)} ms of CPU (the first ${times[0]?.toFixed(0)} ms), median of ${RUNS}`;
  return `${name} (${kb(bucketPolicy)} and ${kb(keyPolicy)} KB): ${figure}, at most ${MOST_MS}: ${said}`;
}

function verdictOf(bucketPolicy: string, keyPolicy: string, isUnderKey: boolean): string {
  const key = {
    arn: KEY,
    account: '111122223333',
    region: 'eu-west-1',
    state: 'Enabled',
    usage: 'ENCRYPT_DECRYPT',
    spec: 'SYMMETRIC_DEFAULT',
    manager: 'CUSTOMER',
  } as const;
  const history = { repairs: [], logSources: [], drifts: [] };
  const facts: Facts = {
    key: { kind: 'found', key },
    history: read(history),
    bucketPolicy: read(bucketPolicy),
    keyPolicy: read(keyPolicy),
    acl: read([]),
    replication: read([]),
    website: read('none'),
    currentKey: { kind: 'none' },
    accessPoints: read([]),
  };
  const state = {
    bucket: 'logs',
    account: '111122223333',
    region: 'eu-west-1',
    rule: isUnderKey ? { algorithm: 'aws:kms', keyId: KEY, bucketKey: false } : { algorithm: 'AES256' },
    own: false,
  };
  const decision = decide({ state, kind: 'general-purpose', partition: 'aws', policy, facts, now: new Date() });
  if (decision.kind === 'needs') return `needs ${decision.facts.join(', ')}`;
  const codes = Map.groupBy(decision.verdict.reasons, ({ code }) => code);
  return `${decision.verdict.kind} (${[...codes].map(([code, { length }]) => `${length} ${code}`).join(', ')})`;
}

function text(statements: readonly object[], most: number): string {
  const json = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  if (json.length > most) throw new Error(`A policy of ${json.length} bytes is more than AWS takes (${most}).`);
  return json;
}

function kb(json: string): string {
  return (json.length / 1024).toFixed(1);
}
