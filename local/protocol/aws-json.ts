import { AwsError } from '../errors.ts';
import { encodeJsonError } from './encode-json-error.ts';
import { createJsonBodies } from './json-codec.ts';
import type { Model } from './model.ts';
import { createOperationShapes } from './operation-shapes.ts';
import { missingMember } from './required.ts';
import type { Wire } from './wire.ts';

/** KMS, SQS and their kind (Smithy's aws.protocols#awsJson1_0 and 1_1): the operation's name is in X-Amz-Target. */
export function createAwsJson(model: Model, version: '1.0' | '1.1'): Wire {
  const contentType = `application/x-amz-json-${version}`;
  const bodies = createJsonBodies(false);
  const shapeOf = createOperationShapes(model);
  return {
    route: (request) => {
      const operation = targetOperation(request.headers['x-amz-target']);
      if (model.operations.has(operation)) return { operation, labels: {} };
      throw new AwsError(
        'NotImplemented',
        `${operation === '' ? 'a request without X-Amz-Target' : operation} is no operation of ${model.namespace} that is known here`,
        501,
      );
    },
    decode: async (routed, request) => {
      const { schema } = shapeOf(routed.operation).input;
      const input = schema.isStructSchema() ? await bodies.read(schema, request.body) : {};
      const missing = missingMember(schema, input);
      if (missing !== undefined) throw absent(model.namespace, missing);
      return input;
    },
    encode: (operation, output) => {
      const { schema } = shapeOf(operation).output;
      const body = schema.isStructSchema() ? bodies.write(schema, output) : '';
      return { status: 200, headers: { 'content-type': contentType }, body };
    },
    encodeError: (error) => encodeJsonError({ error, contentType, isRest: false, model }),
  };
}

/** `TrentService.CreateKey` -> `CreateKey`. */
export function targetOperation(target: string | undefined): string {
  return target?.slice(target.lastIndexOf('.') + 1) ?? '';
}

function absent(namespace: string, member: string): AwsError {
  if (namespace === 'com.amazonaws.sqs')
    return new AwsError('MissingParameter', `The request must contain the parameter ${member}.`, 400);
  if (namespace === 'com.amazonaws.cloudwatch')
    return new AwsError('MissingRequiredParameterException', `The parameter ${member} is required.`, 400);
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value null at '${member.charAt(0).toLowerCase()}${member.slice(1)}' failed to satisfy constraint: Member must not be null`,
    400,
  );
}
