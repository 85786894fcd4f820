import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ResealError } from '../../errors.ts';
import { present } from '../../present.ts';
import { valueAt } from '../../problem.ts';
import { update } from '../ledger/ledger-update.ts';
import { PIN_KEY, type PolicyPin, type PolicyVersion } from '../../ledger/policy-pin.ts';
import { createPolicyObject, createPolicyPin } from './pinned-policy.ts';
import { credentialsHint, whyOf } from '../sdk/service-error.ts';

/** A version that is to be pinned. */
type Uploaded = Omit<PolicyVersion, 'order'> & Pick<PolicyPin, 'onlyObserves'>;

type PolicyPublication = ReturnType<typeof createPolicyPublication>;

/** The pin, and the text of the policy or why it cannot be read; nothing where none was published. */
export interface InForce {
  pin?: PolicyPin;
  text?: string;
  unread?: string;
}

interface Published {
  pin: PolicyPin;
  /** The same document was in force already. */
  isSame: boolean;
}

/** What an operator's machine publishes with. */
export interface Publisher {
  s3: S3Client;
  dynamoDb: DynamoDBClient;
  table: string;
}

/** What an operator's machine needs to publish a policy; the functions only read. Throws ResealError not-published. */
export function createPolicyPublication({ s3, dynamoDb, table }: Publisher) {
  const hint = `table ${table} could not be used; expected --table to be the stack's output LedgerTableName`;
  return {
    /** PutObject into the versioned policy bucket; returns the version that was made. */
    async upload({ bucket, key, json }: { bucket: string; key: string; json: string }): Promise<string> {
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: json,
        ContentType: 'application/json',
        ServerSideEncryption: 'AES256',
      });
      const output = await orNotPublished(
        s3.send(put),
        `s3://${bucket}/${key} could not be written; expected --bucket to be the stack's output PolicyBucketName`,
      );
      if (output.VersionId !== undefined) return output.VersionId;
      throw new ResealError(
        'not-published',
        `bucket ${bucket} has no versioning, so a policy cannot be pinned in it; use the stack's PolicyBucket`,
        { bucket },
      );
    },

    /** What was published last, and its text or why that cannot be read. */
    async inForce(): Promise<InForce> {
      const pin = await orNotPublished(createPolicyPin(dynamoDb, table)(), hint);
      if (pin === undefined) return {};
      try {
        return { pin, text: await createPolicyObject(s3)(pin) };
      } catch (error) {
        return { pin, unread: whyOf(error) };
      }
    },

    /**
     * Makes the version the policy in force, from the next look-up of each function on (at most a minute). Its order is one more than
     * that of the pin that is there, which is remembered unless it is the same document. `shown`: where another was published since
     * somebody looked, nothing is.
     */
    async pin(uploaded: Uploaded, shown?: InForce): Promise<Published> {
      const uploadedHint = `${hint}. The policy is uploaded and not in force`;
      const before =
        shown === undefined ? await orNotPublished(createPolicyPin(dynamoDb, table)(), uploadedHint) : shown.pin;
      const pin = {
        ...uploaded,
        order: (before?.order ?? 0) + 1,
        ...present({ previous: lastOther(before, uploaded) }),
      };
      const change = { table, key: PIN_KEY, set: pin, ...stillPinned(before) };
      if ((await orNotPublished(update(dynamoDb, change), uploadedHint)) === undefined) {
        const message = 'somebody else has published a policy meanwhile: see whether theirs is right, or publish again';
        throw new ResealError('not-published', message);
      }
      return { pin, isSame: before?.sha256 === uploaded.sha256 };
    },
  };
}

/** A checked policy as its canonical JSON, and where it goes. */
export interface PublishRequest {
  json: string;
  /** Hex SHA-256 of `json`. */
  sha256: string;
  bucket: string;
}

/** Uploads first and pins second: a failure in between leaves the old policy in force. */
export async function publishPolicy(
  { json, sha256, bucket }: PublishRequest,
  publication: PolicyPublication,
  shown?: InForce,
): Promise<Published> {
  const key = 'policy/policy.json';
  const versionId = await publication.upload({ bucket, key, json });
  const onlyObserves = changesNothing(JSON.parse(json)) ? versionId : undefined;
  return publication.pin({ bucket, key, versionId, sha256, ...present({ onlyObserves }) }, shown);
}

/** True for a policy that only observes, and so does each of its rules. */
function changesNothing(policy: unknown): boolean {
  const rules = valueAt(policy, ['rules']);
  const enforces = Array.isArray(rules) && rules.some((rule) => valueAt(rule, ['mode']) === 'enforce');
  return valueAt(policy, ['mode']) === 'observe' && !enforces;
}

/** What was in force before with another document than this one. */
function lastOther(
  before: PolicyPin | undefined,
  { sha256 }: Pick<PolicyVersion, 'sha256'>,
): PolicyVersion | undefined {
  if (before === undefined || before.sha256 === sha256) return before?.previous;
  const { previous: _, onlyObserves: __, ...version } = before;
  return version;
}

/** Two who publish at once would get the same order otherwise. */
function stillPinned(before: PolicyPin | undefined) {
  if (before === undefined) return { condition: 'attribute_not_exists(pk)' };
  return { condition: '#versionId = :before', conditionValues: { before: before.versionId } };
}

async function orNotPublished<T>(call: Promise<T>, what: string): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new ResealError('not-published', `${credentialsHint(error) ?? what}: ${whyOf(error)}`, { cause: error });
  }
}
