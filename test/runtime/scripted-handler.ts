import { ResealError } from '../../src/errors.ts';
import { startProcess } from '../../src/runtime/process.ts';
import { queueHandler } from '../../src/runtime/queue-handler.ts';

/** A handler on the real process, for a look at what it prints. A body is the bucket whose story is told; `nobody` is refused. */
export const handler = queueHandler({
  process: startProcess(),
  parse: (bucket) => ({ bucket }),
  story: async ({ bucket }) => {
    if (bucket === 'nobody') throw new ResealError('write-refused', 'there is no bucket nobody', { bucket });
    return { kind: 'repair', jobs: 2 };
  },
  subject: ({ bucket }) => bucket,
  bury: async () => {},
});
