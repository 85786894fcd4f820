import { readFileSync } from 'node:fs';
import type { LocalAws } from '../../local/start-local.ts';

/** What the functions asked AWS for, and what their processes took. */
export interface Figures {
  /** Calls by function and operation, without those of Lambda itself at the queues. */
  calls: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By function: seconds of CPU and the most megabytes that one of its processes had. */
  functions: ReadonlyMap<string, { cpuSeconds: number; peakMb: number }>;
}

const FUNCTIONS = ['assess-bucket', 'track-job', 'reencrypt-object', 'sweep', 'announce-change'];
const functionOf = (name: string) => FUNCTIONS.find((each) => name.endsWith(each)) ?? name;

const POLLS = new Set(['ReceiveMessage', 'DeleteMessageBatch', 'ChangeMessageVisibility']);
/** Ticks of a second in /proc/PID/stat (proc(5), sysconf(_SC_CLK_TCK)). */
const TICKS = 100;
const OFTEN_MS = 500;

/** Counts from now on. */
export function countFigures(aws: LocalAws) {
  const calls = new Map<string, Map<string, number>>();
  const cpuOf = new Map<number, { name: string; first: number; last: number }>();
  let counting = true;
  aws.onOutcome(({ call: { operation, caller } }) => {
    // Each role is called as the function to which it belongs, in the hub and in members.
    const its = FUNCTIONS.find((name) => caller.role?.name.endsWith(name) === true);
    if (!counting || its === undefined || POLLS.has(operation)) return;
    const known = calls.get(its) ?? new Map<string, number>();
    calls.set(its, known.set(operation, (known.get(operation) ?? 0) + 1));
  });
  const processes = () =>
    aws.functions.list().flatMap(({ definition: { name }, figures }) => figures.map((each) => ({ name, ...each })));
  const look = () => {
    for (const { name, pid } of processes()) {
      const seconds = pid === undefined ? undefined : cpuSecondsOf(pid);
      if (pid === undefined || seconds === undefined) continue;
      cpuOf.set(pid, { name, first: cpuOf.get(pid)?.first ?? 0, last: seconds });
    }
  };
  look();
  for (const each of cpuOf.values()) each.first = each.last;
  // A process that has had nothing to do for a while is ended, and then nobody can ask it.
  const timer = setInterval(look, OFTEN_MS);
  return {
    end(): Figures {
      look();
      clearInterval(timer);
      counting = false;
      const functions = new Map<string, { cpuSeconds: number; peakMb: number }>();
      for (const { name: full, peakKb = 0 } of processes()) {
        const name = functionOf(full);
        const known = functions.get(name) ?? { cpuSeconds: 0, peakMb: 0 };
        functions.set(name, { ...known, peakMb: Math.max(known.peakMb, Math.round(peakKb / 1_024)) });
      }
      for (const { name, first, last } of cpuOf.values()) {
        const its = functions.get(functionOf(name));
        if (its !== undefined) its.cpuSeconds += last - first;
      }
      return { calls, functions };
    },
  };
}

/** undefined where the process is gone, or the system does not say. */
function cpuSecondsOf(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return undefined;
  }
}
