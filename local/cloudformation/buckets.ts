import { z } from 'zod';
import { bucketName } from './physical-name.ts';
import { AwsError, notEmulated } from '../errors.ts';
import { flag, ignored, maker, number, orUndone } from './resource.ts';
import type { Created, Place } from './resource.ts';

const bucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  /** With BucketNamespace account-regional: CloudFormation adds account, Region and `an`. */
  BucketNamePrefix: z.string().optional(),
  BucketNamespace: z.enum(['global', 'account-regional']).optional(),
  BucketEncryption: z
    .strictObject({
      ServerSideEncryptionConfiguration: z.array(
        z.strictObject({
          ServerSideEncryptionByDefault: z
            .strictObject({ SSEAlgorithm: z.string(), KMSMasterKeyID: z.string().optional() })
            .optional(),
          BucketKeyEnabled: flag.optional(),
          BlockedEncryptionTypes: z.strictObject({ EncryptionType: z.array(z.string()) }).optional(),
        }),
      ),
    })
    .optional(),
  PublicAccessBlockConfiguration: z
    .strictObject({
      BlockPublicAcls: flag.optional(),
      BlockPublicPolicy: flag.optional(),
      IgnorePublicAcls: flag.optional(),
      RestrictPublicBuckets: flag.optional(),
    })
    .optional(),
  OwnershipControls: z.strictObject({ Rules: z.array(z.strictObject({ ObjectOwnership: z.string() })) }).optional(),
  VersioningConfiguration: z.strictObject({ Status: z.string() }).optional(),
  LifecycleConfiguration: z
    .strictObject({
      Rules: z.array(
        z.strictObject({
          Id: z.string().optional(),
          Status: z.string(),
          Prefix: z.string().optional(),
          ExpirationInDays: number.optional(),
          NoncurrentVersionExpiration: z
            .strictObject({ NoncurrentDays: number, NewerNoncurrentVersions: number.optional() })
            .optional(),
          AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: number }).optional(),
        }),
      ),
    })
    .optional(),
  Tags: ignored,
});

function nameOf(logicalId: string, properties: BucketProperties, place: Place): string {
  const { BucketName, BucketNamePrefix: prefix, BucketNamespace: namespace } = properties;
  if (BucketName !== undefined) return BucketName;
  if (prefix !== undefined && namespace === 'account-regional') return `${prefix}-${place.account}-${place.region}-an`;
  if (prefix !== undefined || namespace !== undefined)
    throw notEmulated(`A name from BucketNamePrefix and BucketNamespace alone (${logicalId})`);
  return bucketName(logicalId, place);
}

type BucketProperties = z.infer<typeof bucketProperties>;

/** AWS::S3::Bucket, made call by call as CloudFormation makes it, so that CloudTrail tells of each. */
export const makeBucket = maker(
  'AWS::S3::Bucket',
  bucketProperties,
  async (logicalId, properties, place) => {
    const Bucket = nameOf(logicalId, properties, place);
    const { region } = place;
    const namespace = properties.BucketNamespace === undefined ? {} : { BucketNamespace: properties.BucketNamespace };
    await refuseExisting(place, Bucket);
    await invoke(place, 'CreateBucket', {
      Bucket,
      ...namespace,
      ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } }),
    });
    const made = created(Bucket, place);
    await orUndone(made.remove, async () => {
      for (const [operation, input] of settings(properties)) await invoke(place, operation, { Bucket, ...input });
    });
    return made;
  },
  async (logicalId, properties, place, before) => {
    const { ref: Bucket } = before.created;
    if (properties.BucketNamePrefix !== before.properties.BucketNamePrefix)
      throw notEmulated(`A new name of ${logicalId}`);
    if ((properties.BucketName ?? Bucket) !== Bucket) throw notEmulated(`A new name of ${logicalId}`);
    const wanted = settings(properties);
    const gone = settings(before.properties).find(([name]) => !wanted.some(([operation]) => operation === name));
    if (gone !== undefined) throw notEmulated(`An update of ${logicalId} that takes back ${gone[0]}`);
    for (const [operation, input] of wanted) await invoke(place, operation, { Bucket, ...input });
    return before.created;
  },
);

const created = (Bucket: string, place: Place) => ({
  ref: Bucket,
  attributes: {
    Arn: `arn:aws:s3:::${Bucket}`,
    DomainName: `${Bucket}.s3.amazonaws.com`,
    RegionalDomainName: `${Bucket}.s3.${place.region}.amazonaws.com`,
  },
  remove: async () => void (await invoke(place, 'DeleteBucket', { Bucket })),
});

/** Of the account's own. */
export async function findBucket(Bucket: string, place: Place): Promise<Created> {
  await invoke(place, 'HeadBucket', { Bucket, ExpectedBucketOwner: place.account });
  return created(Bucket, place);
}

const invoke = (place: Place, operation: string, input: object): Promise<unknown> =>
  place.world.invoke('s3', operation, input, place.as);

function settings(properties: BucketProperties): [operation: string, input: object][] {
  const {
    BucketEncryption: encryption,
    PublicAccessBlockConfiguration,
    OwnershipControls,
    VersioningConfiguration,
    LifecycleConfiguration: lifecycle,
  } = properties;
  const calls: [string, object][] = [];
  if (encryption) {
    calls.push([
      'PutBucketEncryption',
      {
        ServerSideEncryptionConfiguration: { Rules: encryption.ServerSideEncryptionConfiguration.map(encryptionRule) },
      },
    ]);
  }
  if (PublicAccessBlockConfiguration) {
    calls.push(['PutPublicAccessBlock', { PublicAccessBlockConfiguration }]);
  }
  if (OwnershipControls) {
    calls.push(['PutBucketOwnershipControls', { OwnershipControls }]);
  }
  if (VersioningConfiguration) {
    calls.push(['PutBucketVersioning', { VersioningConfiguration }]);
  }
  if (lifecycle) {
    calls.push([
      'PutBucketLifecycleConfiguration',
      { LifecycleConfiguration: { Rules: lifecycle.Rules.map(lifecycleRule) } },
    ]);
  }
  return calls;
}

/** CloudFormation takes over no bucket of the account's own, although us-east-1 lets it be created again. */
async function refuseExisting(place: Place, Bucket: string): Promise<void> {
  const names: { Buckets?: { Name?: string }[] } = Object(await invoke(place, 'ListBuckets', {}));
  if (names.Buckets?.some(({ Name }) => Name === Bucket) === true)
    throw new AwsError('AlreadyExists', `${Bucket} already exists`, 409);
}

type EncryptionRule = NonNullable<BucketProperties['BucketEncryption']>['ServerSideEncryptionConfiguration'][number];
type LifecycleRule = NonNullable<BucketProperties['LifecycleConfiguration']>['Rules'][number];

const encryptionRule = ({ ServerSideEncryptionByDefault: byDefault, ...rest }: EncryptionRule): object => ({
  ...(byDefault === undefined ? {} : { ApplyServerSideEncryptionByDefault: byDefault }),
  ...rest,
});

const lifecycleRule = ({ Id, Prefix = '', ExpirationInDays: days, ...rest }: LifecycleRule): object => ({
  ...(Id === undefined ? {} : { ID: Id }),
  Filter: { Prefix },
  ...(days === undefined ? {} : { Expiration: { Days: days } }),
  ...rest,
});

export const makeBucketPolicy = maker(
  'AWS::S3::BucketPolicy',
  z.strictObject({ Bucket: z.string(), PolicyDocument: z.looseObject({}) }),
  async (_logicalId, { Bucket, PolicyDocument }, place) => {
    await invoke(place, 'PutBucketPolicy', { Bucket, Policy: JSON.stringify(PolicyDocument) });
    const remove = async (): Promise<void> => void (await invoke(place, 'DeleteBucketPolicy', { Bucket }));
    return { ref: Bucket, attributes: {}, remove };
  },
  'again',
);
