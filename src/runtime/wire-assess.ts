import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createBucketTable } from '../aws/ledger/bucket-table.ts';
import { createBucketEncryption } from '../aws/bucket/bucket-encryption.ts';
import { createBucketList } from '../aws/bucket/bucket-list.ts';
import { createBucketRegion } from '../aws/bucket/bucket-facts.ts';
import { createCopyConditions, createObjectPage } from '../aws/bucket/existing-objects.ts';
import { createKeys } from '../aws/key/keys.ts';
import { createDeadLetters, type DeadLetters } from '../aws/queue/queues.ts';
import { createNamedQueues } from '../aws/queue/named-queues.ts';
import { createPolicyObject, createPolicyPin } from '../aws/published-policy/pinned-policy.ts';
import { createStartJob } from '../aws/job/start-job.ts';
import { present } from '../present.ts';
import type { AssessDeps } from '../remediation/deps.ts';
import { type Clients, createClients } from './clients.ts';
import { readOptional, readNumber, readSettings } from './config.ts';
import { waitInTime } from './deadline.ts';
import { createFactSources } from '../aws/bucket/fact-sources.ts';
import { createPolicySource, readPackagedPolicy } from './policy-source.ts';
import type { Process } from './process.ts';

/** The function assess-bucket, wired. */
export interface AssessWiring {
  deps: AssessDeps;
  /** Whose calls are our own. */
  ownRoleArn: string;
  /** True for the queue into which only our own functions send. */
  isOwnQueue: (queueArn: string) => boolean;
  bury: DeadLetters;
}

/** Everything that the function assess-bucket uses, from its environment. Throws ResealError with every setting that is missing. */
export function wireAssess(process: Process): AssessWiring {
  const settings = readSettings([
    'ACCOUNT_ID',
    'AGAIN_QUEUE_NAME',
    'AWS_REGION',
    'BATCH_ROLE_ARN',
    'COPY_BATCH_ROLE_ARN',
    'DEAD_LETTER_QUEUE_URL',
    'LAMBDA_TASK_ROOT',
    'LEDGER_TABLE',
    'OWN_BUCKETS',
    'OWN_ROLE_ARN',
    'POLICY_FILE',
    'REPORTS_BUCKET',
    'UNREADABLE_RETRY_SECONDS',
  ]);
  const region = settings.AWS_REGION;
  const [clients, now] = [createClients(region), () => new Date()];
  const deps: AssessDeps = {
    account: settings.ACCOUNT_ID,
    region,
    partition: settings.OWN_ROLE_ARN.split(':')[1] ?? 'aws',
    ...present({ ouPath: readOptional('OU_PATH') }),
    ownBuckets: new Set(settings.OWN_BUCKETS.split(',')),
    jobSettings: jobSettingsOf(settings),
    againQueue: settings.AGAIN_QUEUE_NAME,
    retrySeconds: readNumber('UNREADABLE_RETRY_SECONDS', settings.UNREADABLE_RETRY_SECONDS, 900),
    policy: policySource(process, clients, settings),
    encryption: createBucketEncryption(clients.s3(), clients.s3Once()),
    bucketList: createBucketList(clients.s3()),
    bucketRegion: createBucketRegion(clients.s3()),
    facts: createFactSources(clients, now),
    objectPage: createObjectPage(clients.s3()),
    copyConditions: createCopyConditions(clients.s3()),
    keys: createKeys(clients.kms(), now),
    ledger: createBucketTable(clients.dynamoDb(), settings.LEDGER_TABLE),
    startJob: createStartJob(clients.s3Control()),
    queues: createNamedQueues(sqsByRegion(region, clients)),
    log: process.log,
    now,
    wait: waitInTime,
    newOwner: randomUUID,
  };
  return {
    deps,
    ownRoleArn: settings.OWN_ROLE_ARN,
    isOwnQueue: (queueArn) => queueArn.endsWith(`:${settings.AGAIN_QUEUE_NAME}`),
    bury: createDeadLetters(clients.sqs(), settings.DEAD_LETTER_QUEUE_URL),
  };
}

function jobSettingsOf(
  settings: Record<'BATCH_ROLE_ARN' | 'COPY_BATCH_ROLE_ARN' | 'REPORTS_BUCKET', string>,
): AssessDeps['jobSettings'] {
  const roles = { 'update-encryption': settings.BATCH_ROLE_ARN, copy: settings.COPY_BATCH_ROLE_ARN };
  return { roles, reportsBucket: settings.REPORTS_BUCKET };
}

function policySource(
  process: Process,
  clients: Clients,
  settings: Record<'LAMBDA_TASK_ROOT' | 'LEDGER_TABLE' | 'POLICY_FILE', string>,
): AssessDeps['policy'] {
  return createPolicySource({
    packaged: readPackagedPolicy(join(settings.LAMBDA_TASK_ROOT, settings.POLICY_FILE)),
    readPin: createPolicyPin(clients.dynamoDb(), settings.LEDGER_TABLE),
    readObject: createPolicyObject(clients.s3()),
    alarm: () => process.count('PolicyUnreadable'),
    log: process.log,
    now: () => new Date(),
  });
}

/** A bucket may be in any Region; each gets one client, made when the first of its buckets is met. */
function sqsByRegion(home: string, clients: Clients) {
  const others = new Map<string, Clients>();
  return (region: string) => {
    if (region === home) return clients.sqs();
    const known = others.get(region) ?? createClients(region);
    others.set(region, known);
    return known.sqs();
  };
}
