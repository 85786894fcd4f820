import type { LedgerChange } from '../../src/intake/parse-ledger-change.ts';
import { announcedItem, type AnnouncedItem, owesTo } from '../../src/ledger/announced-item.ts';
import { bucketKey, type JudgedBucketItem } from '../../src/ledger/bucket-item.ts';
import { type AnnounceDeps, announceAgain } from '../../src/remediation/announce-change.ts';

const STREAM = 'arn:aws:dynamodb:eu-west-1:111111111111:table/ledger/stream/1';

export function changeOf(
  sequence: number,
  before: JudgedBucketItem | undefined,
  after: JudgedBucketItem,
): LedgerChange {
  return {
    kind: 'bucket',
    position: { stream: STREAM, sequence: String(sequence) },
    ...(before === undefined ? {} : { before }),
    after,
  };
}

/** Channels that write down what they are given, in order; those in `broken` do not answer, and those in `refusing` refuse it. */
export function openChannels({ hasHub = true, hasTopic = true } = {}) {
  const sent: string[] = [];
  const ids: string[] = [];
  const [broken, refusing] = [new Set<string>(), new Set<string>()];
  const memories = new Map<string, AnnouncedItem>();
  const log = new Map<string, Record<string, unknown>>();
  const verdicts = new Map<string, string>();
  const hub = { isEnabled: true, isReached: true };
  const clock = { ms: Date.parse('2026-11-02T10:00:00.000Z') };
  const channel = async (name: string, what: string) => {
    if (broken.has(name)) throw new Error(`${name} is broken`);
    if (refusing.has(name)) {
      throw Object.assign(new Error(`${name} refuses`), {
        name: 'AuthorizationErrorException',
        $metadata: { httpStatusCode: 403 },
      });
    }
    sent.push(`${name} ${what}`);
  };
  const deps: AnnounceDeps = {
    changeLog: {
      write: async (announcement) => {
        await channel('log', announcement.kind);
        const key = { ...bucketKey(announcement), sk: `CHANGE#${announcement.at}#${announcement.id}` };
        log.set(key.sk, structuredClone(announcement));
        return key;
      },
      read: async ({ sk }) => log.get(sk),
    },
    eventBus: {
      put: async ({ detailType, detail }) => {
        await channel('bus', detailType);
        ids.push(String(Reflect.get(detail, 'id')));
      },
    },
    ...(hasTopic ? { topic: { publish: ({ subject }) => channel('topic', subject) } } : {}),
    ...(hasHub
      ? {
          findings: {
            isUnreachable: () => !hub.isReached,
            send: async ({ says }, createdAt) => {
              if (!hub.isReached) return 'unreachable';
              if (hub.isEnabled) await channel('hub', `${says} since ${createdAt.slice(0, 10)}`);
              return hub.isEnabled ? 'taken' : 'not-enabled';
            },
          },
        }
      : {}),
    memory: {
      read: async ({ pk }) => structuredClone(memories.get(pk)),
      write: async ({ pk }, memory) => {
        if (broken.has('memory')) throw new Error('the memory is broken');
        const rev = (memory.rev ?? 0) + 1;
        memories.set(pk, announcedItem.parse({ ...memory, rev }));
        return rev;
      },
    },
    verdictOf: async ({ bucket }) => verdicts.get(bucket),
    owedNews: async function* owedNews() {
      for (const [pk, memory] of memories) {
        if (memory.owed.length > 0 || memory.owedFinding !== undefined) yield { pk, owes: owesTo(memory) };
      }
    },
    resting: new Map(),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now: () => new Date(clock.ms),
  };
  const take = () => sent.splice(0);
  return {
    deps,
    broken,
    refusing,
    hub,
    memories,
    log,
    verdicts,
    clock,
    /** The ids of the events. */
    ids,
    take,
    /** What the schedule does, five minutes later. */
    later: async () => {
      clock.ms += 300_000;
      const { kind } = await announceAgain(deps, () => true);
      return { kind, sent: take() };
    },
  };
}
