import { parseSweepRequest } from '../src/intake/parse-sweep-request.ts';
import { sweep } from '../src/remediation/sweep.ts';
import { startProcess } from '../src/runtime/process.ts';
import { wireSweep } from '../src/runtime/wire-sweep.ts';

const process = startProcess();
const deps = wireSweep(process);

export const handler = process.wrap(async (payload: unknown, { awsRequestId }) => {
  const request = parseSweepRequest(payload, { id: awsRequestId, at: new Date().toISOString() });
  const result = await sweep(request, deps);
  process.log.info('swept', result);
  return result;
});
