import * as z from 'zod/mini';
import { BUCKET_ARN, bucketByArn } from '../../src/bucket-id.ts';
import { ResealError } from '../../src/errors.ts';
import { REGION } from '../../src/policy/document/document-standard.ts';
import { accountId, EXACT_NAME, matchingText, strictMapping } from '../../src/policy/document/document-words.ts';
import { kindOf } from '../../src/policy/model.ts';
import { type Problem, problemsOf } from '../../src/problem.ts';
import { readYamlFile } from '../yaml/yaml-file.ts';

/** A member that AWS would not tell is written `{"error": "AccessDenied"}`: which, and by what name. */
export interface Refused {
  members: ReadonlyMap<string, string>;
  keys: ReadonlyMap<string, string>;
  keyPolicies: ReadonlyMap<string, string>;
}

export type StateFile = z.output<typeof stateFile> & { refused: Refused };

/**
 * Reads one bucket as AWS shows it, from JSON or YAML: each member is the answer of the API operation of that name, and one that is not
 * there means that AWS has none. Throws `invalid-state` with one line for each problem, `FILE:LINE:COLUMN error PATH: expected X, found Y`.
 */
export function readStateFile(path: string): StateFile {
  const { content, faults, linesOf } = readYamlFile(path, 'the state');
  const checked = content === undefined ? { problems: faults } : checkState(content.value);
  if ('state' in checked) return checked.state;
  throw new ResealError('invalid-state', linesOf('error', checked.problems).join('\n'));
}

/** The same of what was read already. */
export function checkState(json: unknown): { state: StateFile } | { problems: Problem[] } {
  const { given, refused } = withoutRefusals(json);
  const parsed = stateFile.safeParse(given);
  return parsed.success ? { state: { ...parsed.data, refused } } : { problems: problemsOf(parsed.error, given) };
}

/** Takes the refusals out, so that the rest can be held against the shapes of the API. */
function withoutRefusals(json: unknown): { given: unknown; refused: Refused } {
  if (!isMapping(json))
    return { given: json, refused: { members: new Map(), keys: new Map(), keyPolicies: new Map() } };
  const top = parted(json);
  const keys = parted(top.given['keys']);
  const keyPolicies = parted(top.given['keyPolicies']);
  const given = {
    ...top.given,
    ...(isMapping(json['keys']) ? { keys: keys.given } : {}),
    ...(isMapping(json['keyPolicies']) ? { keyPolicies: keyPolicies.given } : {}),
  };
  return { given, refused: { members: top.refused, keys: keys.refused, keyPolicies: keyPolicies.refused } };
}

function parted(mapping: unknown): { given: Record<string, unknown>; refused: Map<string, string> } {
  const given = new Map<string, unknown>();
  const refused = new Map<string, string>();
  for (const [name, value] of Object.entries(isMapping(mapping) ? mapping : {})) {
    const error = isMapping(value) && Object.keys(value).length === 1 ? value['error'] : undefined;
    if (typeof error === 'string' && error !== '') refused.set(name, error);
    else given.set(name, value);
  }
  return { given: Object.fromEntries(given), refused };
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const text = (expected = 'a text') => z.string({ error: expected }).check(z.minLength(1, { error: expected }));
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/;
const ROLE = 'the ARN of a role (arn:aws:iam::111122223333:role/NAME)';
const list = <Item extends z.core.$ZodType>(item: Item, expected: string) => z.array(item, { error: expected });
const count = z.int({ error: 'a whole number' }).check(z.minimum(0, { error: 'a whole number' }));
const switchable = z.looseObject({ Status: text('Enabled or Disabled') }, { error: 'a mapping with Status' });
const TIME = 'a time in ISO 8601 (2026-11-16T09:00:00Z)';
export const isoTime = z.iso.datetime({ error: TIME, offset: true });
const DOCUMENT = 'a policy document, as a mapping or as the text that AWS returns';
const document = z.union([z.string(), z.record(z.string(), z.unknown())], { error: DOCUMENT });

const encryptionRule = z.looseObject(
  {
    ApplyServerSideEncryptionByDefault: z.exactOptional(
      z.looseObject(
        { SSEAlgorithm: text('an algorithm, for example aws:kms'), KMSMasterKeyID: z.exactOptional(text()) },
        { error: 'a mapping with SSEAlgorithm' },
      ),
    ),
    BucketKeyEnabled: z.exactOptional(z.boolean({ error: 'true or false' })),
    BlockedEncryptionTypes: z.exactOptional(
      z.looseObject({ EncryptionType: list(text(), 'a list of types') }, { error: 'a mapping with EncryptionType' }),
    ),
  },
  { error: 'an encryption rule' },
);

const replicationRule = z.looseObject(
  {
    ID: z.exactOptional(text()),
    Status: text('Enabled or Disabled'),
    Destination: z.looseObject({ Bucket: text('the ARN of a bucket') }, { error: 'a mapping with Bucket' }),
    SourceSelectionCriteria: z.exactOptional(
      z.looseObject({ SseKmsEncryptedObjects: z.exactOptional(switchable) }, { error: 'a mapping' }),
    ),
  },
  { error: 'a replication rule' },
);

const keyMetadata = z.looseObject(
  {
    Arn: text('the ARN of a key'),
    KeyState: text('the state of a key, for example Enabled'),
    DeletionDate: z.exactOptional(isoTime),
    ValidTo: z.exactOptional(isoTime),
  },
  { error: 'KeyMetadata as DescribeKey returns it' },
);

const drift = {
  at: isoTime,
  causeId: text(),
  cause: text(),
  actor: z.exactOptional(text()),
  sourceAddress: z.exactOptional(text()),
  userAgent: z.exactOptional(text()),
};

/** What the ledger remembers; the access logs that go here stand in `logging`. */
const history = strict({
  repairs: z._default(list(strict({ ...drift, repairedAt: isoTime }), 'a list of repairs'), []),
  rolledBack: z.exactOptional(strict({ at: isoTime, by: text() })),
  acknowledgedAt: z.exactOptional(isoTime),
  lastDrift: z.exactOptional(strict(drift)),
  flappingSince: z.exactOptional(isoTime),
  exceptionTag: z.exactOptional(strict({ value: z.string(), actor: text(), at: isoTime, causeId: text() })),
});

const NAME = new RegExp(`${EXACT_NAME.source}|${BUCKET_ARN.source}`);
const NAMED =
  'the name of the bucket (3 to 255 letters, digits, dots, hyphens or underscores), or the ARN of a table or vector bucket';

/** What GetTableBucketEncryption returns, or the part of GetVectorBucket that says the same. */
const ofOtherKinds = strict({
  encryptionConfiguration: strict({
    sseAlgorithm: z.exactOptional(text('an algorithm, for example aws:kms')),
    sseType: z.exactOptional(text('an encryption type, for example aws:kms')),
    kmsKeyArn: z.exactOptional(text('the ARN of a key')),
  }),
});

const described = strict({
  note: z.exactOptional(text()),
  bucket: matchingText(NAME, NAMED),
  account: accountId(),
  region: matchingText(REGION, 'a Region, for example eu-west-1'),
  /** When AWS was asked: dates of the policy are judged as of then. */
  at: z.exactOptional(isoTime),
  /** The role of the re-encryption jobs. */
  batchRole: z.exactOptional(matchingText(ROLE_ARN, ROLE)),
  own: z.exactOptional(z.boolean({ error: 'true or false' })),
  createdAt: z.exactOptional(isoTime),
  ouPath: z.exactOptional(text('the path of an organizational unit')),
  encryption: z.exactOptional(
    z.union([
      strict({ ServerSideEncryptionConfiguration: strict({ Rules: list(encryptionRule, 'a list of rules') }) }),
      ofOtherKinds,
    ]),
  ),
  tags: z.exactOptional(strict({ TagSet: list(strict({ Key: text(), Value: z.string() }), 'a list of tags') })),
  bucketPolicy: z.exactOptional(document),
  acl: z.exactOptional(
    strict({
      Owner: z.looseObject({ ID: text() }, { error: 'a mapping with ID' }),
      Grants: list(z.looseObject({ Grantee: z.looseObject({}), Permission: text() }), 'a list of grants'),
    }),
  ),
  logging: z._default(
    list(
      strict({ Bucket: text(), LoggingEnabled: z.looseObject({ TargetBucket: text(), TargetPrefix: z.string() }) }),
      'a list of buckets with their LoggingEnabled',
    ),
    [],
  ),
  replication: z.exactOptional(
    strict({
      ReplicationConfiguration: strict({
        Role: matchingText(ROLE_ARN, ROLE),
        Rules: list(replicationRule, 'a list of rules'),
      }),
    }),
  ),
  website: z.exactOptional(z.looseObject({}, { error: 'what GetBucketWebsite returns' })),
  accessPoints: z._default(
    list(strict({ Name: text(), Policy: z.exactOptional(document) }), 'a list of access points'),
    [],
  ),
  keys: z._default(z.record(z.string(), strict({ KeyMetadata: keyMetadata }), { error: 'a mapping of keys' }), {}),
  keyPolicies: z._default(z.record(z.string(), document, { error: 'a mapping of key policies' }), {}),
  history: z._default(history, { repairs: [] }),
  objects: z.exactOptional(strict({ count, bytes: count })),
  /** How many tables a table bucket has. */
  tables: z.exactOptional(count),
});

const stateFile = described.check(
  z.refine(isInItsPlace, { path: ['bucket'], error: 'an ARN of the account and Region that the file says' }),
  z.refine((given) => isOfItsKind(given, 'table', 'sseAlgorithm'), {
    path: ['encryption'],
    error: 'what GetTableBucketEncryption returns, a mapping with encryptionConfiguration and its sseAlgorithm',
  }),
  z.refine((given) => isOfItsKind(given, 'vector', 'sseType'), {
    path: ['encryption'],
    error: 'what GetVectorBucket returns of it, a mapping with encryptionConfiguration and its sseType',
  }),
  z.refine((given) => kindOf(given.bucket) === 'table' || kindOf(given.bucket) === 'vector' || isOfS3(given), {
    path: ['encryption'],
    error: 'what GetBucketEncryption returns, a mapping with ServerSideEncryptionConfiguration',
  }),
);

type Described = z.output<typeof described>;

function isInItsPlace({ bucket, account, region }: Described): boolean {
  const named = bucketByArn(bucket);
  return named === undefined || (named.account === account && named.region === region);
}

function isOfItsKind(
  { bucket, encryption }: Described,
  kind: 'table' | 'vector',
  member: 'sseAlgorithm' | 'sseType',
): boolean {
  if (kindOf(bucket) !== kind || encryption === undefined) return true;
  return 'encryptionConfiguration' in encryption && encryption.encryptionConfiguration[member] !== undefined;
}

function isOfS3({ encryption }: Described): boolean {
  return encryption === undefined || 'ServerSideEncryptionConfiguration' in encryption;
}

function strict<const Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return strictMapping(shape, `a mapping with ${Object.keys(shape).join(', ')}`);
}
