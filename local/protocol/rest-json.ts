import { AwsError } from '../errors.ts';
import { decodeHttp } from './decode-http.ts';
import { encodeHttp } from './encode-http.ts';
import { encodeJsonError } from './encode-json-error.ts';
import { createJsonBodies } from './json-codec.ts';
import type { Model } from './model.ts';
import { createOperationShapes } from './operation-shapes.ts';
import { missingMember } from './required.ts';
import { createRestRoute } from './rest-route.ts';
import type { Wire } from './wire.ts';

const CONTENT_TYPE = 'application/json';

/** Services that answer what one entry of a list lacks in that entry's place. */
const CHECKS_ITSELF = new Set(['com.amazonaws.securityhub']);

/** What a service calls an input that lacks a required member, where that is not Lambda's word. */
const BAD_INPUT: ReadonlyMap<string, string> = new Map([
  ['com.amazonaws.s3tables', 'BadRequestException'],
  ['com.amazonaws.s3vectors', 'ValidationException'],
]);

/** Lambda, Security Hub, S3 Tables and S3 Vectors (Smithy's aws.protocols#restJson1). */
export function createRestJson(model: Model): Wire {
  const bodies = createJsonBodies(true);
  const shapeOf = createOperationShapes(model);
  return {
    route: createRestRoute(model),
    decode: async (routed, request) => {
      const shape = shapeOf(routed.operation);
      const { payload, body, schema } = shape.input;
      const input = decodeHttp(shape.input, request, routed.labels);
      if (payload !== undefined)
        input[payload.member] = payload.schema.isStructSchema()
          ? await bodies.read(payload.schema, request.body)
          : request.body;
      if (body !== undefined) Object.assign(input, await bodies.read(body, request.body));
      const missing = CHECKS_ITSELF.has(model.namespace) ? undefined : missingMember(schema, input);
      if (missing !== undefined)
        throw new AwsError(
          BAD_INPUT.get(model.namespace) ?? 'InvalidParameterValueException',
          `${missing} is required and was not given`,
          400,
        );
      return input;
    },
    encode: (operation, output) =>
      encodeHttp({
        shape: shapeOf(operation),
        output,
        contentType: CONTENT_TYPE,
        writeBody: (schema, value) => bodies.write(schema, value),
      }),
    encodeError: (error) => encodeJsonError({ error, contentType: CONTENT_TYPE, isRest: true, model }),
  };
}
