import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Act } from './histories/acts.ts';
import { played } from './histories/ends.ts';
import type { History } from './histories/play.ts';
import type { Twist } from './histories/scheduler.ts';
import { STORIES } from './histories/stories.ts';

/** Histories that were found to break a promise, as small as they get: each is played as it was. */
interface Found {
  policy?: number;
  acts: [afterSeconds: number, act: Act][];
  twists?: [after: number, twist: Twist][];
  oddities?: History['oddities'];
  lateSeconds?: number[];
  jobNews?: History['jobNews'];
  mostActive?: number;
  isVersioned?: boolean;
  old?: History['old'];
}

const CREATE: [number, Act] = [0, { kind: 'create' }];
const SEEN: [number, Act][] = [
  [1, { kind: 'put', rule: 'standard' }],
  [3_600, { kind: 'sweep' }],
];
const WRITE: Act = { kind: 'write', fails: 0 };
const DELETE_ENCRYPTION: Act = { kind: 'delete-encryption' };

const FOUND: Record<string, Found> = {
  'a look that ends while a rollback begins leaves its claim alone': {
    policy: 1,
    acts: [CREATE, [90, WRITE], [61, { kind: 'rollback' }]],
    twists: [
      [2, { kind: 'deny' }],
      [13, { kind: 'rotate' }],
      [15, { kind: 'rotate' }],
    ],
  },
  'an invocation dies over the rule that came after the rule of another one that died': {
    acts: [
      CREATE,
      [600, DELETE_ENCRYPTION],
      [90, { kind: 'put', rule: 'noBucketKey' }],
      [0, { kind: 'publish', policy: 4 }],
    ],
    twists: [
      [15, { kind: 'other' }],
      [5, { kind: 'die' }],
      [18, { kind: 'die-after' }],
    ],
  },
  'the end of work that was begun for a deletion is lost': {
    acts: [CREATE, [0, { kind: 'delete' }], [0, { kind: 'sweep' }], [30, { kind: 'create' }]],
    twists: [
      [18, { kind: 'fail' }],
      [4, { kind: 'fail' }],
    ],
    lateSeconds: [120, 0, 0],
  },
  'an invocation dies that repaired a new bucket for an event of the old one': {
    acts: [CREATE, [600, DELETE_ENCRYPTION], [1, { kind: 'delete' }], [0, { kind: 'create' }]],
    twists: [
      [21, { kind: 'slow', seconds: 59 }],
      [4, { kind: 'slow', seconds: 30 }],
    ],
  },
  'an exception lasted longer than events are remembered': {
    acts: [
      CREATE,
      [0, { kind: 'publish', policy: 3 }],
      [31 * 86_400, WRITE],
      [0, { kind: 'publish', policy: 0 }],
      [0, { kind: 'tell-again', event: 0 }],
    ],
  },
  'an event takes over the work of a sweep that died, and dies too': {
    acts: [CREATE, [0, WRITE], [0, { kind: 'sweep' }], [0, { kind: 'tell-again', event: 0 }]],
    twists: [
      [4, { kind: 'slow-after', seconds: 80 }],
      [14, { kind: 'slow', seconds: 400 }],
    ],
    lateSeconds: [3_600],
  },
  'an event of a bucket that is gone is told again of the new one': {
    acts: [
      CREATE,
      [0, DELETE_ENCRYPTION],
      [90, { kind: 'sweep' }],
      [0, { kind: 'delete' }],
      [61, { kind: 'create' }],
      [600, WRITE],
    ],
  },
  'a bucket is held under another rule than it began with': {
    acts: [CREATE, [600, { kind: 'key', enabled: false }], [0, WRITE], [0, { kind: 'put', rule: 'second' }]],
    lateSeconds: [100_000],
  },
  'encryption is deleted while an older event is worked on by an invocation that dies': {
    acts: [CREATE, [0, WRITE], [2_678_400, DELETE_ENCRYPTION], [0, WRITE], [61, DELETE_ENCRYPTION]],
    twists: [
      [13, { kind: 'fail' }],
      [10, { kind: 'die' }],
      [12, { kind: 'other' }],
      [12, { kind: 'die' }],
    ],
  },
  'a lease seems over to a clock that is ahead, and the repair under it ends afterwards': {
    acts: [CREATE],
    twists: [
      [5, { kind: 'other' }],
      [2, { kind: 'deny' }],
    ],
    oddities: [{ invocation: 1, skewSeconds: 300, staleBy: 0 }],
  },
  'a look that only observes comes after an invocation that died': {
    acts: [CREATE, [90, WRITE], [0, { kind: 'observing-sweep' }]],
    twists: [
      [5, { kind: 'die' }],
      [9, { kind: 'other' }],
      [5, { kind: 'slow-after', seconds: 1 }],
      [16, { kind: 'slow-after', seconds: 80 }],
    ],
  },
  'the objects of a repair that was taken up cannot be planned at first': {
    policy: 4,
    acts: [CREATE, [0, { kind: 'put', rule: 'noBucketKey' }], [0, WRITE]],
    twists: [
      [12, { kind: 'die' }],
      [10, { kind: 'lose' }],
    ],
  },
  'an object whose update had failed is an old version when its next attempt comes': {
    policy: 8,
    acts: [CREATE, [0, { kind: 'write', fails: 2 }], [600, { kind: 'overwrite', nth: 0 }]],
    jobNews: [{ seconds: 0, copies: 0 }],
    isVersioned: true,
  },
  'an object that no copy could take is written over': {
    policy: 8,
    acts: [CREATE, ...SEEN, [600, WRITE], [0, { kind: 'overwrite', nth: 0 }]],
    isVersioned: true,
    old: [{ storageClass: 'STANDARD', fails: 9, older: 0 }],
  },
  'an object is written anew in another storage class before the copy of the old one comes to it': {
    policy: 1,
    acts: [CREATE, [90, { kind: 'overwrite', nth: 0 }]],
    old: [{ storageClass: 'STANDARD_IA', fails: 0, older: 0 }],
  },
  'old versions wait for a job of which nobody asks again, because its bucket was made anew': {
    policy: 8,
    mostActive: 1,
    acts: [CREATE, [600, { kind: 'delete' }], [0, { kind: 'create' }]],
    isVersioned: true,
    old: [{ storageClass: 'STANDARD', fails: 9, older: 0 }],
  },
};

for (const [
  name,
  {
    policy = 0,
    acts,
    twists = [],
    oddities = [],
    lateSeconds = [],
    jobNews = [],
    mostActive = 6,
    isVersioned = false,
    old = [],
  },
] of Object.entries(FOUND)) {
  test(`${name}: every promise is kept`, async () => {
    const { broken, trace } = await played(
      {
        policy,
        acts: acts.map(([afterSeconds, act]) => ({ afterSeconds, act })),
        twists: twists.map(([after, twist]) => ({ after, twist })),
        aimed: [],
        oddities,
        lateness: lateSeconds.map((seconds) => ({ seconds, copies: 1 })),
        jobNews,
        mostActive,
        isVersioned,
        listsVersions: false,
        old,
        replay: [],
      },
      STORIES,
    );
    assert.deepEqual(broken, [], [...broken, ...trace].join('\n'));
  });
}
