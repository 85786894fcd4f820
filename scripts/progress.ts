import { columnsOf, fitted, wrapped } from './wrapped.ts';

/** What is under way in the embedded AWS right now. */
export interface Counts {
  queued: number;
  running: number;
  jobs: number;
  objectsDone: number;
  /** Buckets of a sweep, where one is shown. */
  judged?: { count: number; of: number };
}

export interface Wait {
  /** As in "waiting for every event to be answered". */
  for: string;
  /** How long it may take on a quiet machine. */
  seconds: number;
  /** Nothing else runs meanwhile, so on a slow machine it is told at its beginning. */
  isBlocking?: true;
}

/** The first wait of a script: the code of the embedded AWS is large. */
export const LOADING: Wait = { for: 'the code to be loaded', seconds: 60, isBlocking: true };

export interface Progress extends Disposable {
  /** A phase of the work: a line of its own everywhere. */
  say(line: string): void;
  /** From now on the counts are shown. */
  show(counts: () => Counts): void;
  /** How many times longer than on a quiet laptop every wait from now on may take; a person hears of it where it is much. */
  pace(slowness: number): void;
  /** While `work` is under way, a silence is broken by what is waited for, and until when. Throws where it takes longer than it may. */
  within<T>(wait: Wait, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

type Out = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns' | 'on' | 'off'>;
type OpenWait = Wait & { untilMs: number };

const EVERY_MS = 100;
/** Nothing is silent for more than 10 s, also where a timer of a busy machine is late. */
const SILENT_MS = 6_000;
/** From here on a machine is so slow that a person hears of it. */
const SLOW = 2;
/** Longer timers overflow. */
const LONGEST_MS = 2 ** 31 - 1;

/** Live counts on a terminal, rewritten in place; plain lines, when something changed, elsewhere and where NO_COLOR is set. */
export function showProgress(out: Out): Progress {
  const waits = new Set<OpenWait>();
  const lines = linesOn(out);
  let slowness = 1;
  let counts: (() => Counts) | undefined;
  const tick = () => {
    const isNew = counts !== undefined && lines.live(countsLine(counts()));
    if (!isNew && lines.silentMs() >= SILENT_MS && waits.size > 0) lines.say(`  ${waitingLine([...waits])}`);
  };
  const timer = setInterval(tick, isLive(out) ? EVERY_MS : EVERY_MS * 10);
  return {
    pace(measured) {
      slowness = measured;
      if (slowness >= SLOW) lines.say(slownessLine(slowness));
    },
    say: (line) => lines.say(line),
    show: (newCounts) => (counts = newCounts),
    async within(wait, work) {
      const limitMs = Math.min(wait.seconds * slowness * 1000, LONGEST_MS);
      const open = { ...wait, untilMs: Date.now() + limitMs };
      waits.add(open);
      if (wait.isBlocking && slowness >= SLOW) lines.say(`  ${waitingLine([open])}`);
      try {
        return await inTime(work, limitMs, () => tooLong(wait, limitMs, counts?.()));
      } finally {
        waits.delete(open);
      }
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      lines.end();
    },
  };
}

/** Whether a line may be rewritten in place, and have colours. */
export function isLive({ isTTY }: Pick<Out, 'isTTY'>): boolean {
  return isTTY && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb';
}

/** Lines that stay, and at most one that is live below them. */
function linesOn(out: Out) {
  let live = '';
  let writtenMs = Date.now();
  const write = (text: string) => {
    writtenMs = Date.now();
    out.write(text);
  };
  const clear = () => {
    if (isLive(out) && live !== '') write('\r\u001b[2K');
    live = '';
  };
  // What stands there was folded by the terminal, so the next live line goes below it.
  const resized = () => {
    if (live !== '') write('\n');
    live = '';
  };
  if (isLive(out)) out.on('resize', resized);
  return {
    say(line: string) {
      clear();
      write(`${fitted(line, columnsOf(out)).join('\n')}\n`);
    },
    /** False where it stands there already. */
    live(line: string): boolean {
      if (line === live) return false;
      live = line;
      write(
        isLive(out)
          ? `\r\u001b[2K${line.slice(0, (out.columns || Infinity) - 1)}`
          : `${wrapped(line, columnsOf(out), '  ').join('\n')}\n`,
      );
      return true;
    },
    silentMs: () => Date.now() - writtenMs,
    end() {
      out.off('resize', resized);
      clear();
    },
  };
}

async function inTime<T>(work: (signal: AbortSignal) => Promise<T>, limitMs: number, tooLate: () => Error): Promise<T> {
  const over = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(tooLate()), limitMs);
  try {
    return await Promise.race([work(over.signal), promise]);
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

function countsLine({ queued, running, jobs, objectsDone, judged }: Counts): string {
  const buckets = judged === undefined ? '' : `judged ${judged.count} of ${judged.of} buckets  `;
  return `${buckets}messages ${queued}  functions ${running}  jobs ${jobs}  objects done ${objectsDone}`;
}

/** The wait that would end first stands for all. */
function waitingLine(waits: readonly OpenWait[]): string {
  const [first, ...others] = waits.toSorted((a, b) => a.untilMs - b.untilMs);
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `waiting for ${first?.for}${more}, until ${clock(first?.untilMs ?? 0)} at most`;
}

function slownessLine(slowness: number): string {
  return `This machine is busy or slow: a process takes ${slowness} times longer to start than on a quiet laptop, so every wait may take ${slowness} times longer.`;
}

function clock(ms: number): string {
  return new Date(ms).toTimeString().slice(0, 8);
}

function tooLong(wait: Wait, limitMs: number, counts: Counts | undefined): Error {
  const underWay = counts === undefined ? '' : ` Under way: ${countsLine(counts)}.`;
  return new Error(
    `Waited ${Math.round(limitMs / 1000)} s for ${wait.for}, in vain.${underWay}\n` +
      'Where the machine is very busy, try again when it is less so. Where it is not, this is a fault of Reseal: please report it with all that was printed.',
  );
}
