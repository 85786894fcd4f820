/** What follows from a cause. */
interface CauseRow {
  /** An event that took encryption away, or may have: it says since when the bucket may be below its standard. */
  isDrift: boolean;
  /** Somebody acted against the encryption that was there: what flapping counts. Whoever makes a bucket takes nothing away. */
  takesAway: boolean;
  /** What is written from then on is under SSE-S3, until somebody puts another rule. */
  startsAsSseS3: boolean;
  /** The bucket was surely weaker for a while, even where it is found compliant: what was written meanwhile is looked for. */
  coversObjects: boolean;
  /** The bucket of this name is not there any more: one that is there all the same is a new one. */
  endsLife: boolean;
}

const NOTHING = {
  isDrift: false,
  takesAway: false,
  startsAsSseS3: false,
  coversObjects: false,
  endsLife: false,
} as const;

/** Why a bucket is looked at. `sweep` covers the schedule and the manual invoke. */
const TABLE = {
  created: { ...NOTHING, isDrift: true, startsAsSseS3: true },
  'encryption-deleted': { ...NOTHING, isDrift: true, takesAway: true, startsAsSseS3: true, coversObjects: true },
  'encryption-put': { ...NOTHING, isDrift: true, takesAway: true },
  tagged: NOTHING,
  'access-changed': NOTHING,
  'logging-changed': NOTHING,
  deleted: { ...NOTHING, startsAsSseS3: true, endsLife: true },
  sweep: NOTHING,
} as const satisfies Record<string, CauseRow>;

export type Cause = keyof typeof TABLE;

const ROWS: ReadonlyMap<string, CauseRow> = new Map(Object.entries(TABLE));

export const CAUSES = Object.keys(TABLE) as [Cause, ...Cause[]];

/** The row of a cause; one that only a later version knows says nothing. */
export function causeRow(cause: string): CauseRow {
  return ROWS.get(cause) ?? NOTHING;
}
