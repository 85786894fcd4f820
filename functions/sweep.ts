import { parseSweepRequest } from '../src/intake/parse-sweep-request.ts';
import { runSweep } from '../src/remediation/sweep.ts';
import { startProcess } from '../src/runtime/process.ts';
import { wireSweep } from '../src/runtime/wire-sweep.ts';

const process = startProcess();
const deps = wireSweep(process);

export const handler = process.wrap(async (payload: unknown, context) => {
  const task = parseSweepRequest(payload, { id: context.awsRequestId, at: new Date().toISOString() });
  return runSweep(task, { ...deps, timeLeftMs: () => context.getRemainingTimeInMillis() });
});
