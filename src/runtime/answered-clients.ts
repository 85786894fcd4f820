import { type BucketClients, createBucketClients } from './clients.ts';

/** An API operation and its input; answers its output, or throws an error with the name that AWS gives it. */
export type ApiAnswer = (operation: string, input: Readonly<Record<string, unknown>>) => object;

/**
 * Clients that ask nobody: every call is answered by a function, before it would be signed or sent. So a bucket that is told in a
 * file is read by the same code as one in AWS, and no credentials are needed.
 */
export function answeredClients(region: string, answer: ApiAnswer): BucketClients {
  const clients = createBucketClients(region);
  const instead = answering(answer);
  const first = { step: 'initialize', priority: 'high', name: 'answered' } as const;
  clients.s3().middlewareStack.add(instead, first);
  clients.s3Control().middlewareStack.add(instead, first);
  clients.s3Tables().middlewareStack.add(instead, first);
  clients.s3Vectors().middlewareStack.add(instead, first);
  clients.iam().middlewareStack.add(instead, first);
  clients.cloudWatch().middlewareStack.add(instead, first);
  clients.kms().middlewareStack.add(instead, first);
  return clients;
}

function answering(answer: ApiAnswer) {
  return (_next: unknown, { commandName = '' }: { commandName?: string }) =>
    async ({ input }: { input: object }) => ({
      output: { $metadata: {}, ...answer(commandName.replace(/Command$/, ''), { ...input }) },
      response: undefined,
    });
}
