import type { FunctionDefinition, Session } from '../world.ts';

export interface ChildSurroundings {
  readonly definition: FunctionDefinition;
  readonly session: Session;
  readonly taskRoot: string;
  /** host:port/path of this environment's Runtime API. */
  readonly runtimeApi: string;
  /** The origin of the embedded AWS. */
  readonly endpoint: string;
  readonly logStream: string;
}

/**
 * The whole environment of a function's process, as Lambda defines it (Lambda guide, "Defined runtime environment variables").
 * Nothing of this machine's own environment is passed on except PATH.
 */
export function childVariables({
  definition,
  session,
  taskRoot,
  runtimeApi,
  endpoint,
  logStream,
}: ChildSurroundings): Record<string, string> {
  return {
    ...definition.environment,
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    LAMBDA_TASK_ROOT: taskRoot,
    _HANDLER: definition.handler,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_REGION: definition.region,
    AWS_DEFAULT_REGION: definition.region,
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
    AWS_ENDPOINT_URL: endpoint,
    // With an endpoint of its own an SDK opens an S3 Express session even for control calls, which it never does at AWS's endpoints.
    AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: 'true',
  };
}
