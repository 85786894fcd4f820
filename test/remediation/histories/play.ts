import assert from 'node:assert/strict';
import { ResealError } from '../../../src/errors.ts';
import { type Act, perform } from './acts.ts';
import { type Actor, begin, drained, Injected, kill, steps, type Twist } from './scheduler.ts';
import { move, nextToMove } from './batch.ts';
import type { OldObject } from './objects.ts';
import type { Caller } from './verbs.ts';
import {
  ACCOUNT,
  type JobMessage,
  type Lateness,
  type Message,
  newWorld,
  type PieceMessage,
  send,
  sendJob,
  sweepOf,
  type World,
} from './world.ts';

/** One whole story of one bucket, as a generator makes it up; everything in it can be left out, and then nothing of it happens. */
export interface History {
  policy: number;
  acts: readonly { afterSeconds: number; act: Act }[];
  /** What goes wrong, and how many steps after the twist before. */
  twists: readonly { after: number; twist: Twist }[];
  /** The same at the nth call of a name, and what others do to an object just before it. */
  aimed: readonly { call: string; nth: number; twist: Twist | Extract<Act, { nth: number }> }[];
  /** What is odd about single invocations, by their number. */
  oddities: readonly { invocation: number; skewSeconds: number; staleBy: number }[];
  lateness: readonly Lateness[];
  /** The same for what S3 tells of jobs; no copy is an event that never comes. */
  jobNews: readonly Lateness[];
  /** How many jobs may be active at once. */
  mostActive: number;
  /** Whether the bucket keeps versions, and what it has when its story begins. */
  isVersioned: boolean;
  /** Whether S3's own lists name versions. */
  listsVersions: boolean;
  old: readonly OldObject[];
  /** In which order everything is told again at the end. */
  replay: readonly number[];
}

/** The stories under test: assess-bucket, track-job and reencrypt-object for a message, and what a person may ask for. */
export interface Stories {
  assess: (message: Message, caller: Caller, world: World) => Promise<{ kind: string }>;
  reencrypt: (message: PieceMessage, caller: Caller, world: World) => Promise<{ kind: string }>;
  track: (message: JobMessage, caller: Caller, world: World) => Promise<{ kind: string }>;
  rollback: (caller: Caller, world: World) => Promise<unknown>;
  acknowledge: (caller: Caller, world: World) => Promise<unknown>;
}

export interface Played {
  world: World;
  /** How often each thing was seen. */
  seen: Map<string, number>;
  /** One line for each step, for whoever has to understand a counterexample. */
  trace: string[];
}

/** A message that an invocation works on, and what becomes of it. */
interface Invocation {
  name: string;
  message: Pick<Message, 'receives' | 'chain'>;
  run: (caller: Caller) => Promise<unknown>;
  done: (value: unknown, caller: Caller) => void;
  again: (back: Pick<Message, 'receives' | 'dueMs'>) => void;
  bury: () => void;
}

const STEP_MS = 20;
const FUNCTION_TIMEOUT_MS = 60_000;
const VISIBILITY_MS = 360_000;
const MOST_RECEIVES = 5;
/** More steps than any history of ours may take: one that goes on is going round in circles. */
const MOST_STEPS = 6_000;

/** Plays a history: acts, messages and steps one after another, in an order that the twists may change. */
export class Play implements Played {
  readonly world: World;
  readonly seen = new Map<string, number>();
  readonly trace: string[] = [];
  readonly #history: History;
  readonly #stories: Stories;
  readonly #twists = new Map<number, Twist>();
  #actors: Actor[] = [];
  #acts: { atMs: number; act: Act }[];
  readonly #calls = new Map<string, number>();
  #steps = 0;
  #invocations = 0;
  #lates = 0;
  #news = 0;
  #isCalm = false;

  constructor(history: History, stories: Stories) {
    this.#history = history;
    this.#stories = stories;
    this.world = newWorld(history);
    let atMs = this.world.nowMs;
    this.#acts = history.acts.map(({ afterSeconds, act }) => ({ atMs: (atMs += afterSeconds * 1_000), act }));
    let at = 0;
    for (const { after, twist } of history.twists) this.#twists.set((at += after + 1), twist);
  }

  /** Until nobody acts any more and no message is left. After `calm` nothing goes wrong. */
  async untilQuiet({ calm = false } = {}): Promise<void> {
    this.#isCalm ||= calm;
    for (;;) {
      await drained();
      this.#actors = this.#actors.filter(({ isOver }) => !isOver);
      if (this.#actors.length > 0) this.#step();
      else if (!this.#next()) return;
      assert(this.#steps < MOST_STEPS, 'the history does not end');
    }
  }

  /** A person acknowledges, and everybody else is done. */
  async acknowledge(): Promise<void> {
    this.#person('acknowledge');
    await this.untilQuiet({ calm: true });
  }

  /** A message from outside, for now. */
  tell(fact: Message['fact']): void {
    send(this.world, fact, this.world.nowMs, 0);
  }

  count(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  /** A sweep of the account, as the bucket and its jobs see it. */
  sweep(observe = false): void {
    this.tell(sweepOf(this.world, observe));
    sendJob(this.world, { account: ACCOUNT }, this.world.nowMs, 0);
  }

  /** The schedule that asks for the jobs that the ledger holds open. */
  askForOpenJobs(): void {
    sendJob(this.world, { jobId: 'all-open' }, this.world.nowMs, 0);
  }

  lateness(): Lateness {
    return this.#drawn(this.#history.lateness, this.#lates++);
  }

  get oldObjects(): readonly OldObject[] {
    return this.#history.old;
  }

  jobNews(): Lateness {
    return this.#drawn(this.#history.jobNews, this.#news++);
  }

  #drawn(from: readonly Lateness[], nth: number): Lateness {
    const drawn = this.#isCalm ? undefined : from[nth % Math.max(1, from.length)];
    return drawn ?? { seconds: 0, copies: 1 };
  }

  note(line: string): void {
    const time = new Date(this.world.nowMs).toISOString().slice(0, 23);
    this.trace.push(`${time} ${line}`);
  }

  /** Whatever comes first: an act, a message that is due, or a job that goes on. */
  #next(): boolean {
    const { world } = this;
    const [act] = this.#acts;
    const job = nextToMove(world);
    const next = [
      ...(act === undefined ? [] : [{ atMs: act.atMs, go: () => this.#act() }]),
      ...(job === undefined ? [] : [{ atMs: job.moveMs, go: () => move(world, job, this.jobNews()) }]),
      ...world.messages.map((message) => ({ atMs: message.dueMs, go: () => this.#deliver(message) })),
      ...world.jobMessages.map((message) => ({ atMs: message.dueMs, go: () => this.#deliverJob(message) })),
      ...world.pieceMessages.map((message) => ({ atMs: message.dueMs, go: () => this.#deliverPiece(message) })),
    ].reduce<{ atMs: number; go: () => void } | undefined>(
      (first, each) => (first === undefined || each.atMs < first.atMs ? each : first),
      undefined,
    );
    if (next === undefined) return false;
    world.nowMs = Math.max(world.nowMs, next.atMs);
    next.go();
    return true;
  }

  #act(): void {
    const next = this.#acts.shift();
    if (next === undefined) return;
    this.note(`ACT ${JSON.stringify(next.act)}`);
    this.count(`act ${next.act.kind}`);
    const who = perform(next.act, this.world, this);
    if (who !== undefined) this.#person(who);
  }

  #person(who: 'rollback' | 'acknowledge'): void {
    const { world } = this;
    const actor = this.#actor(who, Infinity, (how) => {
      this.note(`${who}: ${endOf(how)}`);
      this.count(`${who} ${how.kind}`);
      if (how.kind === 'failed') this.#judgeError(who, how.error);
      // Whose call was made twice is told by the second that the first has done it.
      const isNotHeld = how.kind === 'failed' && how.error instanceof ResealError && how.error.code === 'not-held';
      // Of what was acknowledged while the answer was lost, the ledger knows.
      const isReleased = who === 'acknowledge' && world.item?.['rolledBack'] === undefined;
      if (how.kind !== 'done' && !isNotHeld && !isReleased) return;
      if (who === 'rollback') world.rollbacks.push({ atMs: world.nowMs, life: world.life });
      else for (const each of world.rollbacks) each.endedMs ??= world.nowMs;
    });
    begin(actor, () => this.#stories[who](this.#caller(actor), world));
  }

  #deliver(message: Message): void {
    const { world } = this;
    const startedMs = world.nowMs;
    world.messages = world.messages.filter((each) => each !== message);
    const { causeId, cause, sends = 0 } = message.fact;
    this.#invoke({
      name: `${causeId}/${cause} sends ${sends}`,
      message,
      run: (caller) => this.#stories.assess(message, { ...caller, message }, world),
      done: (value, caller) => this.#handled(message, startedMs, value, caller),
      again: (back) => void world.messages.push({ ...message, ...back }),
      bury: () => void world.buried.push(message.fact),
    });
  }

  #deliverJob(message: JobMessage): void {
    const { world } = this;
    world.jobMessages = world.jobMessages.filter((each) => each !== message);
    this.#invoke({
      name: `job ${JSON.stringify(message.trigger)}`,
      message,
      run: (caller) => this.#stories.track(message, caller, world),
      done: (value) => this.count(`job ${(value as { kind: string }).kind}`),
      again: (back) => void world.jobMessages.push({ ...message, ...back }),
      bury: () => void world.buried.push(message.trigger),
    });
  }

  #deliverPiece(message: PieceMessage): void {
    const { world } = this;
    world.pieceMessages = world.pieceMessages.filter((each) => each !== message);
    this.#invoke({
      name: `piece ${JSON.stringify(message.name)}`,
      message,
      run: (caller) => this.#stories.reencrypt(message, caller, world),
      done: (value) => this.count((value as { kind: string }).kind),
      again: (back) => void world.pieceMessages.push({ ...message, ...back }),
      bury: () => void world.buried.push(message.name),
    });
  }

  /** One invocation: what Lambda and SQS do where it fails, dies or takes too long. */
  #invoke({ name: about, message, run, done, again, bury }: Invocation): void {
    const number = this.#invocations++;
    const startedMs = this.world.nowMs;
    const odd = this.#isCalm ? undefined : this.#history.oddities.find(({ invocation }) => invocation === number);
    const name = `#${number} ${about}`;
    this.note(`DELIVER ${name} ${JSON.stringify(odd ?? {})}`);
    const actor = this.#actor(name, FUNCTION_TIMEOUT_MS, (how) => {
      this.note(`${name}: ${endOf(how)}`);
      if (how.kind === 'done') return done(how.value, caller);
      if (how.kind === 'failed') this.#judgeError(name, how.error);
      this.count(`invocation ${how.kind}`);
      const receives = message.receives + 1;
      if (receives < MOST_RECEIVES) again({ receives, dueMs: startedMs + VISIBILITY_MS });
      else bury();
    });
    const { skewSeconds = 0, staleBy = 0 } = odd ?? {};
    const caller = { ...this.#caller(actor), skewMs: skewSeconds * 1_000, staleBy, chain: message.chain };
    if (caller.skewMs !== 0) this.count('skewed clock');
    if (caller.staleBy !== 0) this.count('older policy');
    begin(actor, () => run(caller));
  }

  #caller(actor: Actor): Caller {
    return { step: steps(actor), skewMs: 0, staleBy: 0, chain: 0, untilMs: actor.startedMs + actor.timeoutMs };
  }

  #handled({ fact }: Message, atMs: number, value: unknown, { order = 0 }: Caller): void {
    const { kind: outcome } = value as { kind: string };
    this.count(`outcome ${outcome}`);
    const { causeId, cause } = fact;
    const { nowMs: endMs, published, handled } = this.world;
    handled.push({ causeId, cause, atMs, endMs, outcome, policy: published[order - 1] ?? -1 });
  }

  #actor(name: string, timeoutMs: number, ended: Actor['ended']): Actor {
    const actor: Actor = { name, startedMs: this.world.nowMs, timeoutMs, paused: [], isOver: false, ended };
    this.#actors.unshift(actor);
    return actor;
  }

  #step(): void {
    const { world } = this;
    this.#steps += 1;
    const interrupting = this.#isCalm ? undefined : this.#twists.get(this.#steps);
    if (interrupting !== undefined) this.count(`twist ${interrupting.kind}`);
    this.#interrupt(interrupting);
    const [actor] = this.#actors;
    assert(actor !== undefined);
    const paused = interrupting?.kind === 'last-first' ? actor.paused.pop() : actor.paused.shift();
    // Somebody who has just begun has made no call yet.
    if (paused === undefined) {
      assert(interrupting !== undefined, `${actor.name} waits for nothing`);
      return;
    }
    const twist = interrupting ?? this.#aimedAt(paused.name);
    world.nowMs += STEP_MS + (twist?.kind === 'slow' ? twist.seconds * 1_000 : 0);
    const isOver = world.nowMs - actor.startedMs > actor.timeoutMs;
    this.note(
      `  ${actor.name} ${paused.name}${twist === undefined ? '' : ` ${JSON.stringify(twist)}`}${isOver ? ' TIMEOUT' : ''}`,
    );
    if (isOver || twist?.kind === 'die') return kill(actor);
    paused.go(twist);
    if (twist?.kind === 'slow-after') world.nowMs += twist.seconds * 1_000;
    if (twist?.kind === 'die-after') kill(actor);
  }

  /** What is aimed at this call; what others do to objects has happened then. */
  #aimedAt(call: string): Twist | undefined {
    const nth = this.#calls.get(call) ?? 0;
    this.#calls.set(call, nth + 1);
    const aimed = this.#history.aimed.find((each) => each.call === call && each.nth === nth);
    if (aimed === undefined || this.#isCalm) return undefined;
    this.count(`aimed ${aimed.twist.kind}`);
    if (!('nth' in aimed.twist)) return aimed.twist;
    this.note(`ACT ${JSON.stringify(aimed.twist)}`);
    perform(aimed.twist, this.world, this);
    return undefined;
  }

  #interrupt(twist: Twist | undefined): void {
    if (twist?.kind === 'act') this.#act();
    if (twist?.kind !== 'other' && twist?.kind !== 'rotate') return;
    const first = this.#actors.shift();
    if (first !== undefined) this.#actors.push(first);
    if (twist.kind !== 'other' && this.#actors.length > 1) return;
    const { world } = this;
    const due = world.messages.find(({ dueMs }) => dueMs <= world.nowMs);
    const event = world.events[this.#steps % Math.max(1, world.events.length)];
    const news = world.jobNews[this.#steps % Math.max(1, world.jobNews.length)];
    const dueJob = world.jobMessages.find(({ dueMs }) => dueMs <= world.nowMs);
    const duePiece = world.pieceMessages.find(({ dueMs }) => dueMs <= world.nowMs);
    const piece = world.pieceNews[this.#steps % Math.max(1, world.pieceNews.length)];
    if (due !== undefined) this.#deliver(due);
    else if (duePiece !== undefined) this.#deliverPiece(duePiece);
    else if (dueJob !== undefined) this.#deliverJob(dueJob);
    else if (piece !== undefined && this.#steps % 3 === 0)
      this.#deliverPiece({ id: 0, name: piece, dueMs: 0, receives: 0, chain: 0 });
    else if (news !== undefined && this.#steps % 2 === 0)
      this.#deliverJob({ id: 0, trigger: news, dueMs: 0, receives: 0, chain: 0 });
    else this.#deliver({ id: 0, fact: event ?? sweepOf(world), dueMs: 0, receives: 0, chain: 0 });
  }

  /** What may come out of a story: what was done to its calls, and errors of ours that say "again". */
  #judgeError(who: string, error: unknown): void {
    if (error instanceof Injected) return;
    const isExpected =
      error instanceof ResealError && (error.retryable || ['not-rolled-back', 'not-held'].includes(error.code));
    if (isExpected) return;
    this.world.broken.push(`${who} threw ${error instanceof Error ? error.stack : String(error)}`);
  }
}

function endOf(how: Parameters<Actor['ended']>[0]): string {
  if (how.kind === 'died') return 'DIED';
  return how.kind === 'done' ? JSON.stringify(how.value) : `THREW ${String(how.error)}`;
}
