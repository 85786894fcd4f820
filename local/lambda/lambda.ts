import * as sdk from '@aws-sdk/client-lambda';
import type { GetFunctionCommandInput, InvocationRequest, ListFunctionsCommandInput } from '@aws-sdk/client-lambda';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import { onlySupported, type SupportedMembers } from '../supported-members.ts';
import type { FunctionDefinition } from '../world.ts';
import type { FunctionStore } from './functions.ts';

const SYNCHRONOUS_LIMIT_BYTES = 6 * 1024 * 1024;
const ASYNCHRONOUS_LIMIT_BYTES = 1024 * 1024;
const LATEST = '$LATEST';

const SUPPORTED: SupportedMembers = {
  Invoke: ['FunctionName', 'InvocationType', 'LogType', 'Payload', 'Qualifier'],
  GetFunction: ['FunctionName', 'Qualifier'],
  ListFunctions: [],
};

interface NamedFunction {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** The part of the Lambda API that works on what a template deployed: Invoke, GetFunction, ListFunctions. */
export function lambdaDefinition(functions: FunctionStore): ServiceDefinition {
  const permitOn =
    (action: string) =>
    (input: { FunctionName?: string | undefined }, call: Call): Permission[] => {
      const resource = functionArn(input.FunctionName, call);
      const policy = functions.policy(resource);
      return [
        {
          action,
          resource,
          owner: resource.split(':')[4] ?? '',
          ...(policy === undefined ? {} : { resourcePolicy: policy }),
        },
      ];
    };
  const operations = {
    Invoke: (input: InvocationRequest, call: Call) => invoke(functions, input, call),
    GetFunction: (input: GetFunctionCommandInput, call: Call) => ({
      Configuration: describe(find(functions, input, call)),
    }),
    ListFunctions: (_input: ListFunctionsCommandInput, call: Call) => ({
      Functions: listed(functions, call).map(describe),
    }),
  };
  return {
    id: 'lambda',
    signingName: 'lambda',
    protocol: 'restJson1',
    sdk,
    operations: onlySupported('lambda', operations, SUPPORTED),
    permissions: {
      Invoke: permitOn('lambda:InvokeFunction'),
      GetFunction: permitOn('lambda:GetFunction'),
      ListFunctions: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
    },
  };
}

async function invoke(functions: FunctionStore, input: InvocationRequest, call: Call): Promise<object> {
  const { arn } = find(functions, input, call);
  const payload = Buffer.from(input.Payload === undefined || input.Payload.length === 0 ? '{}' : input.Payload);
  const isAsync = input.InvocationType === 'Event';
  if (input.InvocationType === 'DryRun') {
    return { StatusCode: 204 };
  }
  if (input.LogType === 'Tail') {
    throw notEmulated('LogType Tail of Invoke');
  }
  checkPayload(payload, isAsync ? ASYNCHRONOUS_LIMIT_BYTES : SYNCHRONOUS_LIMIT_BYTES);
  if (isAsync) {
    functions.invokeAsync(arn, payload);
    return { StatusCode: 202 };
  }
  const result = await functions.invoke(arn, payload);
  return {
    StatusCode: 200,
    ExecutedVersion: LATEST,
    Payload: result.payload,
    ...(result.failed ? { FunctionError: 'Unhandled' } : {}),
  };
}

function checkPayload(payload: Buffer, limitBytes: number): void {
  if (payload.length > limitBytes) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${limitBytes} bytes for the InvokeFunction operation`,
      413,
    );
  }
  try {
    JSON.parse(payload.toString());
  } catch (cause) {
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${String(cause)}`);
  }
}

/** Takes a name, a partial ARN (ACCOUNT:function:NAME) or an ARN, each with the qualifier $LATEST or none. */
function functionArn(name: string | undefined, call: Call): string {
  const bare = (name ?? '').replace(/:\$LATEST$/, '');
  if (bare.startsWith('arn:')) {
    return bare;
  }
  const partial = /^(?:(\d{12}):)?(?:function:)?([\w-]+)$/.exec(bare);
  if (!partial) {
    throw new AwsError('ResourceNotFoundException', `Function not found: ${bare}`, 404);
  }
  return `arn:aws:lambda:${call.region}:${partial[1] ?? call.caller.accountId}:function:${partial[2]}`;
}

/** A template publishes no versions and aliases: only $LATEST is there. */
function find(functions: FunctionStore, named: NamedFunction, call: Call): FunctionDefinition {
  const arn = functionArn(named.FunctionName, call);
  const pool = functions.find(arn);
  const { Qualifier: qualifier = LATEST } = named;
  if (!pool || qualifier !== LATEST) {
    const full = qualifier === LATEST ? arn : `${arn}:${qualifier}`;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${full}`, 404);
  }
  return pool.definition;
}

const listed = (functions: FunctionStore, call: Call): FunctionDefinition[] =>
  functions
    .list()
    .map(({ definition }) => definition)
    .filter(({ account, region }) => account === call.caller.accountId && region === call.region);

const describe = (definition: FunctionDefinition): object => ({
  FunctionName: definition.name,
  FunctionArn: definition.arn,
  Runtime: definition.runtime,
  Role: definition.roleArn,
  Handler: definition.handler,
  Timeout: definition.timeoutSeconds,
  MemorySize: definition.memoryMb,
  Environment: { Variables: definition.environment },
  PackageType: 'Zip',
  State: 'Active',
  LastUpdateStatus: 'Successful',
  Version: LATEST,
});
