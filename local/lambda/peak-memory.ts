import { readFileSync } from 'node:fs';

/** The most memory that a process had resident so far (VmHWM); undefined where the system does not say. */
export function peakMemoryKb(pid: number | undefined): number | undefined {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes);
  } catch {
    // Only Linux tells, and only while the process lives; a measurement is not worth a failure.
    return undefined;
  }
}
