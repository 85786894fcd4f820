import {
  CreateJobCommand,
  type CreateJobRequest,
  DescribeJobCommand,
  type JobDescriptor,
  type S3ControlClient,
} from '@aws-sdk/client-s3-control';
import type { S3Client } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { createActivity } from '../../../local/activity.ts';
import type { Jobs } from '../../../local/batch/jobs.ts';
import { createS3Control } from '../../../local/batch/create-s3-control.ts';
import type { BatchSettings } from '../../../local/batch/settings.ts';
import { createFaults, type Faults } from '../../../local/faults/faults.ts';
import { createIdentity } from '../../../local/identity/identity.ts';
import { createKms } from '../../../local/kms/definition.ts';
import { createInvoke } from '../../../local/protocol/invoke.ts';
import { mount, type Mounted } from '../../../local/protocol/mount.ts';
import { createRunner } from '../../../local/protocol/run.ts';
import { listen } from '../../../local/protocol/server.ts';
import { createS3 } from '../../../local/s3/create-s3.ts';
import type { S3Store } from '../../../local/s3/store.ts';
import type { BusEvent, World } from '../../../local/world.ts';
import { type Clients, createClients, type Place } from '../clients.ts';
import { allow, makeBucket, roleOf } from '../s3/open-s3.ts';

export const ACCOUNT = '111111111111';
export const REGION = 'eu-west-1';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/batch`;
export const NOW = new Date('2026-11-22T10:00:00.000Z');

/** Everything that an update or copy job and its report need. */
const JOB_STATEMENTS: readonly object[] = [
  allow(['s3:*', 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo']),
];

/** S3, S3 Control and KMS on a port, without a bus: what would go there is kept. */
export interface OpenedBatch extends AsyncDisposable {
  readonly world: World;
  readonly store: S3Store;
  readonly jobs: Jobs;
  readonly events: BusEvent[];
  readonly s3: S3Client;
  readonly s3Control: S3ControlClient;
  readonly keyArn: string;
  readonly faults: Faults;
  readonly settings: BatchSettings;
  /** Moves what the clock says. */
  readonly clock: { now: Date };
  clockMoved(): void;
  /** Clients of another caller or Region; closed with the rest. */
  clients(place: Place): Clients;
}

/** The buckets `data` and `reports`, a key, and the role `batch` with the given statements. */
export async function openBatch(
  options: { statements?: readonly object[]; copyLimitBytes?: number; trust?: string } = {},
): Promise<OpenedBatch> {
  const clock = { now: NOW };
  const now = (): Date => clock.now;
  const faults = createFaults();
  const identity = createIdentity({ now });
  const kms = createKms({ now });
  const runner = createRunner(faults);
  const mounted: Mounted[] = [];
  const events: BusEvent[] = [];
  const world: World = {
    now,
    identity,
    keys: kms.keys,
    events: { publish: (event) => void events.push(event) },
    activity: createActivity(),
    invoke: createInvoke({ mounted, identity, runner, now }),
  };
  const s3 = createS3(world, options.copyLimitBytes === undefined ? {} : { copyLimitBytes: options.copyLimitBytes });
  const control = createS3Control(world, s3.store);
  mounted.push(...[kms.service, s3.service, control.service].map(mount));
  identity.putRole(
    roleOf('batch', options.statements ?? JOB_STATEMENTS, options.trust ?? 'batchoperations.s3.amazonaws.com'),
  );
  const deps = { mounted, identity, runner, now, onOutsideCall: async () => {}, admin: async () => undefined };
  const server = await listen(deps, { port: 0, host: '127.0.0.1' });
  const endpoint = `http://localhost:${server.port}`;
  const opened: Clients[] = [];
  const clients = (place: Place): Clients => {
    const created = createClients(
      {
        clientConfig: ({ account, region }) => ({
          endpoint,
          region,
          credentials: { accessKeyId: account, secretAccessKey: 'local' },
          forcePathStyle: true,
        }),
      },
      place,
    );
    opened.push(created);
    return created;
  };
  const owner = clients({ account: ACCOUNT, region: REGION });
  await makeBucket(owner.s3, 'data');
  await makeBucket(owner.s3, 'reports');
  return {
    world,
    store: s3.store,
    jobs: control.jobs,
    faults,
    settings: control.settings,
    clock,
    clockMoved: () => control.clockMoved(),
    events,
    s3: owner.s3,
    s3Control: owner.s3Control,
    clients,
    keyArn: kms.keys.create({ accountId: ACCOUNT, region: REGION, alias: 'alias/standard' }).arn,
    [Symbol.asyncDispose]: async () => {
      for (const each of opened) await each[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

/** An update job over the SSE-S3 objects of `data`; override what the test is about. */
export function updateJob(keyArn: string, overrides: Partial<CreateJobRequest> = {}): CreateJobRequest {
  return {
    AccountId: ACCOUNT,
    ConfirmationRequired: false,
    Operation: {
      S3UpdateObjectEncryption: { ObjectEncryption: { SSEKMS: { KMSKeyArn: keyArn, BucketKeyEnabled: true } } },
    },
    Report: {
      Enabled: true,
      Bucket: 'arn:aws:s3:::reports',
      Prefix: 'runs',
      Format: 'Report_CSV_20180820',
      ReportScope: 'AllTasks',
    },
    ClientRequestToken: 'token-1',
    Priority: 10,
    RoleArn: ROLE_ARN,
    ManifestGenerator: generatorOf({ MatchAnyObjectEncryption: [{ SSES3: {} }] }),
    ...overrides,
  };
}

type Generator = NonNullable<CreateJobRequest['ManifestGenerator']>['S3JobManifestGenerator'];
type Filter = NonNullable<NonNullable<Generator>['Filter']>;

export function generatorOf(filter: Filter, overrides: Partial<NonNullable<Generator>> = {}) {
  return {
    S3JobManifestGenerator: {
      SourceBucket: 'arn:aws:s3:::data',
      EnableManifestOutput: false,
      Filter: filter,
      ...overrides,
    },
  } satisfies CreateJobRequest['ManifestGenerator'];
}

/** Creates a job and waits until nothing is under way; returns how it ended. */
export async function runJob(opened: OpenedBatch, request: CreateJobRequest): Promise<JobDescriptor> {
  const { JobId } = await opened.s3Control.send(new CreateJobCommand(request));
  assert.equal(await opened.world.activity.idle(10_000), true);
  return describe(opened, JobId);
}

export async function describe(opened: OpenedBatch, jobId: string | undefined): Promise<JobDescriptor> {
  const { Job } = await opened.s3Control.send(new DescribeJobCommand({ AccountId: ACCOUNT, JobId: jobId }));
  assert.ok(Job);
  return Job;
}

/** The statuses that the bus was told, in order. */
export function statusesOf(opened: OpenedBatch): unknown[] {
  return opened.events.map(({ detail }) => Reflect.get(Object(detail['serviceEventDetails']), 'status'));
}
