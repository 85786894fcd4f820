import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { AwsError, notEmulated } from '../errors.ts';
import type { FunctionDefinition } from '../world.ts';
import { functionArn } from './function-arn.ts';
import { physicalName } from './physical-name.ts';
import { codeFile } from './s3-file.ts';
import { type Created, ignored, maker, number, type Place } from './resource.ts';

const functionProperties = z.strictObject({
  FunctionName: z.string().optional(),
  Code: z.object({ S3Bucket: z.string().default(''), S3Key: z.string() }),
  Handler: z.string(),
  Runtime: z.string(),
  Role: z.string(),
  Timeout: number.default(3),
  MemorySize: number.default(128),
  Environment: z
    .strictObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
    .default({ Variables: {} }),
  RecursiveLoop: z.enum(['Allow', 'Terminate']).default('Terminate'),
  // The machine's own architecture runs the bundle, nothing is traced, and logs are kept in memory.
  Architectures: ignored,
  TracingConfig: ignored,
  LoggingConfig: ignored,
  Description: ignored,
  Tags: ignored,
});

export const makeFunction = maker(
  'AWS::Lambda::Function',
  functionProperties,
  async (logicalId, properties, place) => {
    const definition = await definitionOf(logicalId, properties, place);
    place.functions.put(definition);
    return createdAs(definition, place);
  },
  async (logicalId, properties, place, before) => {
    const definition = await definitionOf(logicalId, properties, place);
    if (definition.name !== before.created.ref) throw notEmulated(`A new name of ${logicalId}`);
    place.functions.update(definition);
    return createdAs(definition, place);
  },
);

const createdAs = ({ arn, name }: FunctionDefinition, place: Place): Created => ({
  ref: name,
  attributes: { Arn: arn },
  remove: () => place.functions.delete(arn),
});

type FunctionProperties = z.infer<typeof functionProperties>;

async function definitionOf(
  logicalId: string,
  properties: FunctionProperties,
  place: Place,
): Promise<FunctionDefinition> {
  const { account, region } = place;
  if (!properties.Runtime.startsWith('nodejs')) {
    throw notEmulated(`The runtime ${properties.Runtime} (${logicalId})`);
  }
  const name = properties.FunctionName ?? physicalName(logicalId, place, 64);
  return {
    arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
    name,
    account,
    region,
    handler: properties.Handler,
    runtime: properties.Runtime,
    roleArn: properties.Role,
    zip: await zipOf(logicalId, properties, place),
    environment: properties.Environment.Variables,
    timeoutSeconds: properties.Timeout,
    memoryMb: properties.MemorySize,
    recursiveLoop: properties.RecursiveLoop,
  };
}

/** In the package's folder by the last part of its key, or where there is none, from the bucket. */
async function zipOf(logicalId: string, { Code }: FunctionProperties, place: Place): Promise<string> {
  if (place.packageFolder === undefined) return codeFile(Code, place);
  const zip = join(place.packageFolder, basename(Code.S3Key));
  if (existsSync(zip)) return zip;
  throw new AwsError(
    'InvalidParameterValueException',
    `The package of ${logicalId} is not there: ${zip}; package the stack first`,
  );
}

/** A version is the function itself here: there is one code only. */
export const makeVersion = maker(
  'AWS::Lambda::Version',
  z.strictObject({ FunctionName: z.string(), CodeSha256: ignored, Description: ignored }),
  (_logicalId, { FunctionName }, place) => ({
    ref: `${functionArn(FunctionName, place)}:1`,
    attributes: { Version: '1' },
  }),
  'again',
);

const permissionProperties = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

export const makePermission = maker(
  'AWS::Lambda::Permission',
  permissionProperties,
  (logicalId, properties, place) => {
    const { Action, Principal, SourceArn, SourceAccount } = properties;
    const arn = functionArn(properties.FunctionName, place);
    const condition = {
      ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
      ...(SourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
    };
    place.functions.permit(arn, {
      Sid: logicalId,
      Effect: 'Allow',
      Principal: Principal.endsWith('.amazonaws.com') ? { Service: Principal } : { AWS: Principal },
      Action,
      Resource: arn,
      ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
    });
    return { ref: physicalName(logicalId, place, 100), attributes: {} };
  },
  'again',
);

const asyncProperties = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST'),
  MaximumRetryAttempts: number.default(2),
  // An invocation waits minutes at most here, never hours.
  MaximumEventAgeInSeconds: ignored,
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }).optional() }).default({}),
});

export const makeInvokeConfig = maker(
  'AWS::Lambda::EventInvokeConfig',
  asyncProperties,
  (logicalId, properties, place) => {
    const destination = properties.DestinationConfig.OnFailure?.Destination;
    if (destination !== undefined && destination.split(':')[2] !== 'sqs') {
      throw notEmulated(`The failure destination ${destination} (${logicalId})`);
    }
    place.functions.configureAsync(functionArn(properties.FunctionName, place), {
      retryAttempts: properties.MaximumRetryAttempts,
      ...(destination === undefined ? {} : { onFailureQueueArn: destination }),
    });
    return { ref: physicalName(logicalId, place, 100), attributes: {} };
  },
  'again',
);
