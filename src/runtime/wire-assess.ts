import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBucketClaims } from '../aws/ledger/bucket-claims.ts';
import { createBucketEncryption } from '../aws/bucket/bucket-encryption.ts';
import { createBucketList } from '../aws/bucket/bucket-list.ts';
import { createBucketRegion } from '../aws/bucket/bucket-region.ts';
import { createCopyConditions } from '../aws/bucket/copy-conditions.ts';
import { createKeys } from '../aws/key/keys.ts';
import { createLedger } from '../aws/ledger/ledger.ts';
import { createNamedQueues } from '../aws/queue/named-queues.ts';
import { createObjectPage } from '../aws/bucket/object-page.ts';
import { createPolicyObject } from '../aws/published-policy/policy-object.ts';
import { createPolicyPin } from '../aws/published-policy/policy-pin.ts';
import { createStartJob } from '../aws/job/start-job.ts';
import type { AssessDeps } from '../remediation/deps.ts';
import { type Clients, createClients } from './clients.ts';
import { readOptional, readSeconds, readSettings } from './config.ts';
import { createFactReaders } from './fact-readers.ts';
import { createPolicySource, readPackagedPolicy } from './policy-source.ts';
import { type DeadLetters, deadLetters } from './dead-letters.ts';
import type { Process } from './process.ts';

/** The function assess-bucket, wired. */
export interface AssessWiring {
  deps: AssessDeps;
  /** Whose calls are our own. */
  ownRoleArn: string;
  bury: DeadLetters;
}

/** Everything the function assess-bucket is told with, from its environment. Throws ResealError naming every setting that is missing. */
export function wireAssess(process: Process): AssessWiring {
  const settings = readSettings([
    'ACCOUNT_ID',
    'AGAIN_QUEUE_NAME',
    'AWS_REGION',
    'BATCH_ROLE_ARN',
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
  const clients = createClients(region);
  const ouPath = readOptional('OU_PATH');
  const now = () => new Date();
  const deps: AssessDeps = {
    account: settings.ACCOUNT_ID,
    region,
    partition: settings.OWN_ROLE_ARN.split(':')[1] ?? 'aws',
    ...(ouPath === undefined ? {} : { ouPath }),
    ownBuckets: new Set(settings.OWN_BUCKETS.split(',')),
    jobSettings: { roleArn: settings.BATCH_ROLE_ARN, reportsBucket: settings.REPORTS_BUCKET },
    againQueue: settings.AGAIN_QUEUE_NAME,
    retrySeconds: readSeconds('UNREADABLE_RETRY_SECONDS', settings.UNREADABLE_RETRY_SECONDS, 900),
    policy: policySource(process, clients, settings),
    encryption: createBucketEncryption(clients.s3()),
    bucketList: createBucketList(clients.s3()),
    bucketRegion: createBucketRegion(clients.s3()),
    facts: createFactReaders(clients),
    objectPage: createObjectPage(clients.s3()),
    copyConditions: createCopyConditions(clients.s3()),
    keys: createKeys(clients.kms(), now),
    ledger: createLedger(clients.dynamoDb(), settings.LEDGER_TABLE),
    claims: createBucketClaims(clients.dynamoDb(), settings.LEDGER_TABLE),
    startJob: createStartJob(clients.s3Control()),
    queues: createNamedQueues(sqsByRegion(region, clients)),
    log: process.log,
    now,
    wait: (ms) => sleep(ms),
    newOwner: randomUUID,
  };
  const bury = deadLetters(clients, settings.DEAD_LETTER_QUEUE_URL);
  return { deps, ownRoleArn: settings.OWN_ROLE_ARN, bury };
}

interface PolicySettings {
  LAMBDA_TASK_ROOT: string;
  LEDGER_TABLE: string;
  POLICY_FILE: string;
}

function policySource(process: Process, clients: Clients, settings: PolicySettings): AssessDeps['policy'] {
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
