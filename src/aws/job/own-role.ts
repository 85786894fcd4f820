import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import type { Fact } from '../../policy/facts.ts';
import { readFact } from '../sdk/read-fact.ts';
import { createRemembered } from '../sdk/remembered.ts';

/** The role comes and goes with a deployment alone. */
const KEPT_MS = 300_000;

/** Whether the role of our own copies is there (IAM API GetRole): the parameter OwnCopies of its stack makes it. An answer serves all buckets of an account for some minutes; one that could not be read is asked for anew. */
export function createOwnRole(iam: () => IAMClient, arn: string, now: () => Date): () => Promise<Fact<boolean>> {
  const answers = createRemembered<Fact<boolean>>(now, ({ kind }) => kind === 'read');
  const asked = { what: `The role ${arn}`, action: 'iam:GetRole', absent: { NoSuchEntityException: false } };
  return () =>
    answers(arn, KEPT_MS, () =>
      readFact<boolean>(asked, async () => {
        await iam().send(new GetRoleCommand({ RoleName: arn.split('/').at(-1) }));
        return true;
      }),
    );
}
