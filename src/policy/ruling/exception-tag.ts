import type { ExceptionTag, History, Tag, TagHistory, TagSaid } from '../facts.ts';

/** A tagging event: who wrote which tags, where it says so. */
export interface Tagging {
  actor?: string;
  at: string;
  causeId: string;
  /** The new tags; absent where the event does not say them in a way that we know. */
  tags?: readonly Tag[];
  /** True where the event names only the tags that it changed. */
  someTags?: boolean;
}

/** Before the first look at a bucket nobody had set its tag, as far as anybody can say. */
const UNSEEN: TagSaid = { at: new Date(0).toISOString(), causeId: 'none', value: '', isLook: true };

type Remembered = Pick<History, 'exceptionTag' | 'tagHistory' | 'isSeen'>;

/** What is remembered of this tag. Older versions kept no more than who set it. */
export function tagHistoryOf({ exceptionTag, tagHistory, isSeen }: Remembered, tag: string): TagHistory {
  if (tagHistory !== undefined) return tagHistory.tag === tag ? tagHistory : { tag, said: [] };
  if (exceptionTag !== undefined) return { tag, said: [UNSEEN, exceptionTag] };
  return { tag, said: isSeen === true ? [] : [UNSEEN] };
}

/** The same for a bucket that was made after another one of its name was deleted at `at` (ISO 8601). */
export function afterDeletion({ tag, said }: TagHistory, at: string): TagHistory {
  const since = said.filter((each) => Date.parse(each.at) > Date.parse(at));
  return { tag, said: [{ at, causeId: 'deleted', value: '', isLook: true }, ...since] };
}

/** What is known of the tag after one more event. Events come in any order, late and twice. */
export function withEvent(known: TagHistory, { actor, at, causeId, tags, someTags }: Tagging): TagHistory {
  const value = tags?.find(({ key }) => key === known.tag)?.value;
  if (value === undefined && tags !== undefined && someTags === true) return known;
  const who = actor === undefined ? {} : { actor };
  const more: TagSaid = { at, causeId, ...who, ...(tags === undefined ? {} : { value: value ?? '' }) };
  return known.said.some((each) => isSame(each, more)) ? known : withSaid(known, more);
}

function isSame(one: TagSaid, other: TagSaid): boolean {
  return (['at', 'causeId', 'value', 'actor', 'isLook'] as const).every((name) => one[name] === other[name]);
}

/** The same once a look has read the tags. */
export function withLook(
  known: TagHistory,
  { at, causeId, tags }: { at: string; causeId: string; tags: readonly Tag[] },
): TagHistory {
  const value = tags.find(({ key }) => key === known.tag)?.value ?? '';
  const look: TagSaid = { at, causeId, value, isLook: true };
  const [before, last] = known.said.slice(-2);
  // Of looks in a row that found the same, the first and the newest say all.
  const isRepeated = [before, last].every((each) => each?.isLook === true && each.value === value);
  return withSaid({ ...known, said: isRepeated ? known.said.slice(0, -1) : known.said }, look);
}

/** How much is kept; where more is said, what it comes to stays. */
const MOST_SAID = 12;

function withSaid({ tag, said }: TagHistory, more: TagSaid): TagHistory {
  const all = [...said, more].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return { tag, said: all.length > MOST_SAID ? shortened(all) : all };
}

/** The value before, who changed it, and until when it was seen with the new one. */
function shortened(said: readonly TagSaid[]): TagSaid[] {
  const { before, value, setter, isDoubted } = walked(said);
  const last = { at: said.at(-1)?.at ?? '', causeId: 'shortened', ...(value === undefined ? {} : { value }) };
  const isProven = !isDoubted && before !== undefined && setter !== undefined;
  return [...(isProven ? [before, setter] : []), { ...last, isLook: true }];
}

/**
 * Who gave the tag the value that it has, and when. Only who changed the value did: an event that gives the tag the value that it had
 * changes nothing, whoever it is of. Where two claims are of one second, or nobody knows what was there before, it is doubted.
 */
export function exceptionTagOf({ said }: TagHistory): ExceptionTag | undefined {
  const { value, setter, isDoubted } = walked(said);
  if (setter === undefined) return undefined;
  const { at, causeId, actor = '' } = setter;
  return { value: value ?? setter.value ?? '', actor, at, causeId, ...(isDoubted ? { doubted: true } : {}) };
}

interface Walked {
  /** Undefined where nobody knows. */
  value?: string | undefined;
  setter?: TagSaid | undefined;
  isDoubted: boolean;
  /** What was said last of another value. */
  before?: TagSaid | undefined;
  last?: TagSaid | undefined;
}

function walked(said: readonly TagSaid[]): Walked {
  const seconds = Map.groupBy(said, ({ at }) => Math.floor(Date.parse(at) / 1_000));
  return [...seconds.values()].reduce<Walked>(afterSecond, { isDoubted: true });
}

/** Events tell whole seconds: what is said of one second has no order, but that a look is taken after the event that asked for it. */
function afterSecond(state: Walked, second: readonly TagSaid[]): Walked {
  const events = second.filter(({ isLook }) => isLook !== true);
  const looks = second.filter(
    (each) => each.isLook === true && events.every(({ causeId }) => causeId !== each.causeId),
  );
  const values = new Set([...events, ...looks].map(({ value }) => value));
  const [value] = values;
  const last = [...looks, ...events].at(-1);
  if (values.size > 1 || value === undefined) return { setter: events.at(-1), isDoubted: true, last };
  if (value === state.value) return { ...state, last };
  const actors = new Set(events.map(({ actor }) => actor));
  const isProven = state.value !== undefined && looks.length === 0 && actors.size === 1 && !actors.has(undefined);
  const suspected = state.setter?.value === value && state.value === undefined ? state.setter : last;
  return { value, setter: events.at(-1) ?? suspected, isDoubted: !isProven, before: state.last, last };
}
