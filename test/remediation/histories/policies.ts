import { type PolicyDocument, parsePolicy } from '../../../src/policy/document/document.ts';
import { BUCKET, KEYS } from './world.ts';

export interface ImaginedPolicy {
  name: string;
  document: PolicyDocument;
  /** The ARN of the standard's key. */
  key: string;
  enforces: boolean;
  reencrypt: 'none' | 'drifted' | 'all';
  /** Whether it is about noncurrent versions too. */
  versions: boolean;
}

function policy(name: string, over: { alias?: 'ours' | 'second'; document?: object }): ImaginedPolicy {
  const { alias = 'ours', document = {} } = over;
  const standard = { algorithm: 'aws:kms', key: `alias/${alias}`, bucketKey: true };
  const parsed = parsePolicy({ version: 1, standard, objects: { reencrypt: 'drifted' }, ...document });
  const { reencrypt } = parsed.objects;
  const objects = { reencrypt, versions: parsed.objects.versions === 'all' };
  const isExempt = parsed.exceptions.length > 0;
  const enforces = parsed.mode !== 'observe' && !isExempt;
  return { name, document: parsed, key: KEYS[alias], enforces, ...objects };
}

const exceptions = [{ bucket: BUCKET, reason: 'a migration', owner: 'the team', until: '2036-01-01' }];

/** The policies that people publish in a history, by index. */
export const POLICIES: readonly ImaginedPolicy[] = [
  policy('drifted', {}),
  policy('all', { document: { objects: { reencrypt: 'all' } } }),
  policy('observe', { document: { mode: 'observe' } }),
  policy('exempt', { document: { exceptions } }),
  policy('second key', { alias: 'second' }),
  policy('second key, all', { alias: 'second', document: { objects: { reencrypt: 'all' } } }),
  policy('people are asked', { document: { objects: { reencrypt: 'drifted', ceilingUsd: { bucket: 0.01 } } } }),
  policy('none', { document: { objects: { reencrypt: 'none' } } }),
  policy('all versions', { document: { objects: { reencrypt: 'all', versions: 'all' } } }),
  policy('copies alone', { document: { objects: { reencrypt: 'all', methods: ['copy'] } } }),
  policy('own copies alone', { document: { objects: { reencrypt: 'all', methods: ['own-copy'] } } }),
  policy('own copies too', {
    document: { objects: { reencrypt: 'drifted', methods: ['update-encryption', 'own-copy'] } },
  }),
  policy('inline', {
    document: { objects: { reencrypt: 'all', methods: ['update-encryption', 'own-copy'], inlineUpTo: 1_000 } },
  }),
  policy('own copies, people are asked', {
    document: { objects: { reencrypt: 'all', methods: ['own-copy'], ceilingUsd: { bucket: 0.000001 } } },
  }),
  policy('second key, own copies', {
    alias: 'second',
    document: { objects: { reencrypt: 'all', methods: ['update-encryption', 'own-copy'], inlineUpTo: 1_000 } },
  }),
  policy('drifted versions', { document: { objects: { reencrypt: 'drifted', versions: 'all' } } }),
];
