import { createInvoke } from '../aws/function/invoke-function.ts';
import { type Caller, createCaller } from '../aws/identity/caller.ts';
import { createLedgerScan } from '../aws/ledger/ledger-scan.ts';
import { createOrganizationReader } from '../aws/ledger/organization-reader.ts';
import { createQueueDepth } from '../aws/queue/queue-depth.ts';
import { createHubStack, createStackQueues, type HubStack } from '../aws/stack/hub-stack.ts';
import { createIdentityClient } from './clients.ts';
import { createHubClients, createLambdaClient, createStackClient } from './hub-clients.ts';
import { shellRegion } from './shell-region.ts';

export interface OpenedHub {
  caller: Caller;
  hub: HubStack;
}

/** Who asks, and the hub that is asked about, both under the credentials of the shell. Throws ResealError no-hub, unreadable, missing-setting. */
export async function openHub({ stack, region: said }: { stack: string; region?: string }): Promise<OpenedHub> {
  const region =
    said ??
    (await shellRegion(
      'the Region of the hub is not known: say it with --hub-region, or set AWS_REGION or the Region of the profile',
    ));
  const caller = await createCaller(createIdentityClient(region))();
  return { caller, hub: await createHubStack(createStackClient(region), caller)({ stack, region }) };
}

export type HubReader = ReturnType<typeof hubReader>;

/** What a person reads of a hub, under the credentials of the shell: its ledger and how much is in its queues. Each throws the SDK's error. */
export function hubReader(hub: HubStack) {
  const clients = createHubClients(hub.region);
  return {
    ...createOrganizationReader(clients.dynamoDb(), hub.table),
    scan: createLedgerScan(clients.dynamoDb(), hub.table),
    queues: () => createStackQueues(createStackClient(hub.region))(hub),
    depth: createQueueDepth(clients.sqs()),
  };
}

/** Runs the hub's function `sweep`, under the credentials of the shell. */
export function hubSweep({ region, sweepFunction }: HubStack) {
  return createInvoke(createLambdaClient(region), sweepFunction);
}
