import { createActivity } from './activity.ts';
import type { Jobs } from './batch/jobs.ts';
import type { BatchSettings } from './batch/settings.ts';
import { createS3Control } from './batch/create-s3-control.ts';
import type { StreamFeed } from './change-stream.ts';
import { createCloudWatch } from './cloudwatch/create-cloudwatch.ts';
import { createStacks } from './cloudformation/create-stacks.ts';
import type { Deployer, DeployerOptions } from './cloudformation/deployer.ts';
import { createEcr } from './ecr/create-ecr.ts';
import type { EventBus } from './events/bus.ts';
import { createCloudTrail } from './events/cloudtrail.ts';
import type { DataEvents } from './events/data-events.ts';
import { createFaults, type Faults } from './faults/faults.ts';
import { createFirstUse } from './first-use.ts';
import { checkControls } from './identity/check-controls.ts';
import { createIdentity } from './identity/identity.ts';
import { createIam } from './iam/definition.ts';
import { createKms } from './kms/definition.ts';
import type { FunctionStore } from './lambda/functions.ts';
import type { DispatchDeps } from './protocol/dispatch.ts';
import { createInvoke } from './protocol/invoke.ts';
import { mount, type Mounted } from './protocol/mount.ts';
import { createRunner } from './protocol/run.ts';
import { announceAccounts } from './organizations/announce.ts';
import { Organization } from './organizations/organization.ts';
import { organizationServices } from './organizations/services.ts';
import { type Connections, listen, type Endpoint } from './protocol/server.ts';
import { websiteByHost } from './protocol/website-request.ts';
import { ROLE_KEYS } from './role-keys.ts';
import { createClock } from './clock.ts';
import { pageAtPath, pagesOf } from './pages.ts';
import { type CreatedS3, createS3 } from './s3/create-s3.ts';
import { bucketStorage } from './s3/daily-storage.ts';
import type { S3Options, S3Store } from './s3/store.ts';
import { createS3Tables } from './s3tables/create-s3tables.ts';
import { createS3Vectors } from './s3vectors/create-s3vectors.ts';
import { createSts } from './sts/definition.ts';
import { createWiring, type LambdaSettings, type Wiring } from './wiring.ts';
import type { Outcome, World } from './world.ts';

export interface LocalOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly now?: () => Date;
  /** The Regions that every account has: fewer than those of AWS make a world that is swept sooner. */
  readonly regions?: readonly string[];
  /** True makes every bucket a host name of its own for the clients of `clientConfig`, as AWS's endpoints do. */
  readonly hostNames?: boolean;
  /** Runs before the first outside call of an account and Region goes on. */
  readonly onFirstUse?: (accountId: string, region: string) => Promise<void>;
  /** The packaged stack, deployed into an account before its first outside call goes on, in the Region of that call, and what `otherRegions` says in every other. */
  readonly stack?: DeployerOptions;
  /** False leaves it to `deployer.ensure` when and where the stack is deployed. */
  readonly deployOnFirstUse?: boolean;
  readonly lambda?: LambdaSettings;
  readonly s3?: S3Options;
  /** False lets the auto-deployment of stack sets pay no heed to account filters; AWS does not document which it is. */
  readonly stackSetsFilterNewAccounts?: boolean;
  /** Paths under `/_local/` beyond those of local/admin/. */
  readonly admin?: DispatchDeps['admin'];
}

/** A running embedded AWS. */
export interface LocalAws extends AsyncDisposable {
  readonly endpoint: string;
  readonly port: number;
  readonly connections: Connections;
  readonly world: World;
  readonly faults: Faults;
  /** The organization and its accounts: there is none until it is founded. */
  readonly organization: Organization;
  /** What S3 holds: for seeding and for looking behind the API. */
  readonly buckets: S3Store;
  /** The same for directory buckets (S3 Express). */
  readonly directoryBuckets: S3Store;
  /** Every S3 Batch Operations job, with its counts while it runs. */
  readonly jobs: Jobs;
  /** What AWS does not document of Batch Operations; may be changed at any time. */
  readonly batchSettings: BatchSettings;
  /** The default buses: the log of events, the faults of delivery, and schedules to fire. */
  readonly bus: EventBus;
  /** Of what objects the trail of each account logs data events: none at the start. */
  readonly dataEvents: DataEvents;
  /** The functions with their logs and measurements. */
  readonly functions: FunctionStore;
  /** The change streams of tables. */
  readonly streams: StreamFeed;
  /** Deploys the stack of the options; undefined without one. */
  readonly deployer: Deployer | undefined;
  /** Tells how each call ended, after it was answered. */
  onOutcome(listener: (outcome: Outcome) => void): void;
  /** Lets the newest storage metrics of CloudWatch tell what is in the buckets now, not at the end of the last whole day. */
  makeMetricsCurrent(): void;
  /** To be called after `now` of the options has jumped: what waits for its time in a queue, or for its confirmation, is looked at again. */
  clockMoved(): void;
  /** For an SDK client of that account and Region; its administrator is the caller. */
  clientConfig(place: { account: string; region: string }): ClientConfig;
  close(): Promise<void>;
}

export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly forcePathStyle: boolean;
  /** S3 Express sessions are not emulated; each request to a directory bucket is signed by itself. */
  readonly disableS3ExpressSessionAuth?: true;
}

/** Starts one embedded AWS on 127.0.0.1. It holds all its state itself, so that several run in one process. */
export async function startLocal(options: LocalOptions = {}): Promise<LocalAws> {
  let endpoint = '';
  const parts = await build(options, () => endpoint);
  const server = await listenOrClose(parts, options.port ?? 0);
  endpoint = `http://localhost:${server.port}`;
  const close = async (): Promise<void> => {
    await parts.wiring.close();
    await server.close();
  };
  return {
    endpoint,
    port: server.port,
    connections: server.connections,
    world: parts.world,
    faults: parts.faults,
    organization: parts.organization,
    buckets: parts.buckets,
    directoryBuckets: parts.directoryBuckets,
    jobs: parts.jobs,
    batchSettings: parts.batchSettings,
    bus: parts.wiring.bus,
    dataEvents: parts.wiring.dataEvents,
    functions: parts.wiring.functions,
    streams: parts.wiring.streams,
    deployer: parts.deployer,
    onOutcome: parts.onOutcome,
    makeMetricsCurrent: parts.makeMetricsCurrent,
    clockMoved: parts.clockMoved,
    clientConfig: ({ account, region }) => ({
      endpoint,
      region,
      credentials: { accessKeyId: account, secretAccessKey: 'local' },
      forcePathStyle: options.hostNames !== true,
      disableS3ExpressSessionAuth: true,
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Parts extends Pick<
  LocalAws,
  | 'world'
  | 'faults'
  | 'organization'
  | 'buckets'
  | 'directoryBuckets'
  | 'jobs'
  | 'batchSettings'
  | 'clockMoved'
  | 'deployer'
  | 'onOutcome'
  | 'makeMetricsCurrent'
> {
  readonly wiring: Wiring;
  readonly dispatch: DispatchDeps;
}

/** Builds the services in the order in which they need each other. What needs a later one gets it through the world. */
async function build(options: LocalOptions, endpoint: () => string): Promise<Parts> {
  const clock = createClock(options.now);
  const { now } = clock;
  const faults = createFaults();
  const organization = new Organization({ now, regions: options.regions, checkPolicy });
  const runner = createRunner(faults, organization);
  const identity = createIdentity({ now, keys: ROLE_KEYS, membership: organization });
  const mounted: Mounted[] = [];
  const kms = createKms({ now });
  const invoke = createInvoke({ mounted, identity, runner, now });
  const base = { now, identity, keys: kms.keys, activity: createActivity(), invoke };
  const wiring = await createWiring({ world: base, endpoint, membership: organization, lambda: options.lambda, clock });
  const world: World = { ...base, events: wiring.bus };
  const s3 = createS3(world, options.s3);
  const s3Control = createS3Control(world, s3.store);
  const cloudWatch = createCloudWatch(bucketStorage(s3.store), now);
  const { deployer, service: cloudFormation } = createStacks({ world, wiring, organization, options });
  const ofOrganization = await organizationServices(organization);
  const ofAccounts = [cloudFormation, ...ofOrganization, kms.service, createSts(world).service, createIam(world)];
  const ofBuckets = [s3.service, s3.directoryBuckets, s3Control.service, createS3Tables(world), createS3Vectors()];
  mounted.push(...[...ofAccounts, ...ofBuckets, ...wiring.services, cloudWatch.service, createEcr()].map(mount));
  organization.onChange((change) => announceAccounts(change, organization, { events: wiring.bus, now }));
  runner.onOutcome(s3.accessLogs);
  runner.onOutcome(createCloudTrail({ events: wiring.bus, dataEvents: wiring.dataEvents, ownerOf: s3.ownerOf }));
  const pages = pagesOf({ world, kms, wiring, s3, faults, organization, cloudWatch, s3Control, clock });
  const dispatch: DispatchDeps = {
    mounted,
    identity,
    runner,
    now,
    onOutsideCall: firstUse(options, deployer),
    ...webOf({ s3, pages, more: options.admin }),
  };
  return {
    world,
    faults,
    organization,
    buckets: s3.store,
    directoryBuckets: s3.directoryStore,
    jobs: s3Control.jobs,
    batchSettings: s3Control.settings,
    clockMoved: () => [wiring, s3Control].forEach((each) => each.clockMoved()),
    deployer,
    onOutcome: (listener) => runner.onOutcome(listener),
    makeMetricsCurrent: () => cloudWatch.makeCurrent(),
    wiring,
    dispatch,
  };
}

/** What is asked without a signature: websites, and what is below `/_local/`. */
function webOf({ s3, pages, more }: { s3: CreatedS3; pages: DispatchDeps['admin']; more: LocalOptions['admin'] }) {
  return {
    regionOfBucket: (name) => s3.store.regionOf(name),
    website: (request) => s3.website(websiteByHost(request)),
    admin: async (request) => (await more?.(request)) ?? pageAtPath(request, s3.website) ?? pages(request),
  } satisfies Partial<DispatchDeps>;
}

function firstUse(options: LocalOptions, deployer: Deployer | undefined): DispatchDeps['onOutsideCall'] {
  return createFirstUse(async (accountId, region) => {
    if (options.deployOnFirstUse !== false) await deployer?.ensureAccount(accountId, region);
    await options.onFirstUse?.(accountId, region);
  });
}

/** Throws where a service control policy cannot be evaluated here. */
function checkPolicy(document: unknown): void {
  checkControls(document, ROLE_KEYS);
}

/** Where the port is taken, nothing that was started stays behind. */
async function listenOrClose({ dispatch, wiring }: Parts, port: number): Promise<Endpoint> {
  try {
    return await listen(dispatch, { port, host: '127.0.0.1' });
  } catch (error) {
    await wiring.close();
    throw error;
  }
}
