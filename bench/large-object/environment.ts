/** One environment of the function reencrypt-object that copies one object, for ../large-object.ts: invocation after invocation until it is done. */
import { Agent } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createObjectCopier } from '../../src/aws/object/object-copier.ts';
import type { ObjectTask } from '../../src/policy/copy/object-task.ts';

/** What an environment tells when it is done. */
export interface CopyTold {
  outcome: string;
  invocations: number;
  seconds: number;
  cpuSeconds: number;
  peakMb: number;
  /** What the process took before it was asked for anything. */
  startMb: number;
  mostAtOnce: number;
  calls: Record<string, number>;
}

/** The engine begins nothing in the last 15 s of an invocation, so each works for the rest of this. */
const INVOCATION_MS = 15_000 + Number(process.env['WORK_MS']);

const { clientConfig, task }: { clientConfig: object; task: ObjectTask } = JSON.parse(process.env['ASKED'] ?? '{}');
const told: CopyTold = {
  outcome: '',
  invocations: 0,
  seconds: 0,
  cpuSeconds: 0,
  peakMb: 0,
  startMb: Math.round(process.memoryUsage.rss() / 1_024 ** 2),
  mostAtOnce: 0,
  calls: {},
};
let atOnce = 0;
const s3 = counted(
  new S3Client({
    ...clientConfig,
    requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxTotalSockets: 128 }) }),
  }),
);
const bringToStandard = createObjectCopier({ s3: () => s3, s3Once: () => s3 });
const started = performance.now();
let going = task;
for (;;) {
  told.invocations += 1;
  const untilMs = performance.now() + INVOCATION_MS;
  const outcome = await bringToStandard(going, { timeLeftMs: () => untilMs - performance.now() });
  told.outcome = JSON.stringify(outcome);
  if (outcome.kind !== 'unfinished') break;
  going = { ...task, uploadId: outcome.uploadId };
}
const { user, system } = process.cpuUsage();
told.seconds = (performance.now() - started) / 1_000;
told.cpuSeconds = (user + system) / 1e6;
told.peakMb = Math.round(process.resourceUsage().maxRSS / 1_024);
process.send?.(told);
s3.destroy();
process.disconnect();

function counted(client: S3Client): S3Client {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = String(context['commandName']).replace(/Command$/, '');
      told.calls[operation] = (told.calls[operation] ?? 0) + 1;
      if (operation !== 'UploadPartCopy') return next(args);
      atOnce += 1;
      told.mostAtOnce = Math.max(told.mostAtOnce, atOnce);
      try {
        return await next(args);
      } finally {
        atOnce -= 1;
      }
    },
    { step: 'initialize' },
  );
  return client;
}
