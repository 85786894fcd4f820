import { XmlCodec, type XmlShapeDeserializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticStructureSchema } from '@smithy/types';
import { AwsError } from '../errors.ts';
import type { WireResponse } from '../service.ts';
import { checkDigests } from './check-digest.ts';
import { rootOf, unfitXml } from './check-xml.ts';
import { decodeHttp } from './decode-http.ts';
import { encodeHttp } from './encode-http.ts';
import { encodeXmlError, type XmlErrorStyle } from './encode-xml-error.ts';
import { HTTP_SETTINGS } from './http-values.ts';
import type { Model } from './model.ts';
import { createOperationShapes, type OperationShape } from './operation-shapes.ts';
import type { Received } from './request.ts';
import { missingMember } from './required.ts';
import { createRestRoute } from './rest-route.ts';
import type { Routed, Wire } from './wire.ts';
import { escapeControls, XML_HEADER, xmlNamespaceOf, xmlText } from './xml.ts';

/** The schema of a Smithy document, which the SDK's reader answers with the parsed tree itself. */
const DOCUMENT = 15;

/** S3 and S3 Control (Smithy's aws.protocols#restXml). */
export function createRestXml(model: Model): Wire {
  const shapeOf = createOperationShapes(model);
  const codec = new XmlCodec({
    ...HTTP_SETTINGS,
    xmlNamespace: xmlNamespaceOf(model.namespace),
    serviceNamespace: model.namespace,
  });
  const bodies: XmlBodies = { reader: codec.createDeserializer(), malformed: malformedFor(model.namespace) };
  const writer = codec.createSerializer();
  const writeXml = (schema: NormalizedSchema | StaticStructureSchema, value: unknown): string => {
    writer.write(schema, value);
    return XML_HEADER + escapeControls(String(writer.flush()));
  };
  const style: XmlErrorStyle = model.namespace === 'com.amazonaws.s3' ? 'bare' : 'wrapped';
  return {
    route: createRestRoute(model),
    decode: async (routed, request) => {
      const shape = shapeOf(routed.operation);
      checkDigests(shape.input, request);
      return decode(shape, bodies, routed, request);
    },
    encode: (operation, output) => encode(shapeOf(operation), output, writeXml),
    encodeError: (error, requestId) => encodeXmlError({ error, requestId, style, model }),
  };
}

/** How the XML bodies of one service are read, and what it answers to one that its model does not have. */
interface XmlBodies {
  readonly reader: XmlShapeDeserializer;
  readonly malformed: () => AwsError;
}

function decode(shape: OperationShape, bodies: XmlBodies, routed: Routed, request: Received): object {
  const input = decodeHttp(shape.input, request, routed.labels);
  const { payload, body } = shape.input;
  if (payload !== undefined) {
    if (!payload.schema.isStructSchema()) input[payload.member] = readPayload(payload.schema, request.body);
    else if (request.body.length > 0) input[payload.member] = readXml(bodies, payload.schema, request.body);
  }
  if (body !== undefined && request.body.length > 0) Object.assign(input, readXml(bodies, body, request.body));
  const missing = missingMember(shape.input.schema, input);
  if (missing !== undefined) throw lacking(shape, missing, bodies);
  return input;
}

function readPayload(schema: NormalizedSchema, body: Buffer): Buffer | string {
  return schema.isStringSchema() ? body.toString('utf8') : body;
}

function readXml(
  { reader, malformed }: XmlBodies,
  schema: NormalizedSchema | StaticStructureSchema,
  body: Buffer,
): unknown {
  const of = NormalizedSchema.of(schema);
  const text = body.toString('utf8');
  if (rootOf(text) !== (of.getMergedTraits().xmlName ?? of.getName())) throw malformed();
  try {
    const tree: unknown = reader.read(DOCUMENT, text);
    if (unfitXml(of, tree) === undefined) return reader.readSchema(schema, tree);
  } catch {
    throw malformed();
  }
  throw malformed();
}

/** What is missing in the body makes the body malformed; a missing header or query name is an invalid request (S3 API, Error responses). */
function lacking(shape: OperationShape, member: string, { malformed }: XmlBodies): AwsError {
  const { payload, body } = shape.input;
  const first = member.split('.')[0] ?? member;
  if (first === payload?.member || body?.[4].includes(first)) return malformed();
  return new AwsError('InvalidRequest', `Missing required value for this request: ${member}`, 400);
}

/** S3 Control models one error for a request that cannot be (API CreateJob, Errors). */
function malformedFor(namespace: string): () => AwsError {
  const code = namespace === 'com.amazonaws.s3control' ? 'BadRequestException' : 'MalformedXML';
  return () =>
    new AwsError(
      code,
      'The XML you provided was not well-formed or did not validate against our published schema',
      400,
    );
}

function encode(
  shape: OperationShape,
  output: unknown,
  writeXml: (schema: NormalizedSchema | StaticStructureSchema, value: unknown) => string,
): WireResponse {
  if (shape.name === 'GetBucketLocation') return unwrappedLocation(output);
  return encodeHttp({ shape, output, contentType: 'application/xml', writeBody: writeXml });
}

/** S3 answers this one operation without the structure around its member (trait aws.customizations#s3UnwrappedXmlOutput). */
function unwrappedLocation(output: unknown): WireResponse {
  const location =
    typeof output === 'object' && output !== null && 'LocationConstraint' in output
      ? output.LocationConstraint
      : undefined;
  const text = typeof location === 'string' ? xmlText(location) : '';
  const body = `${XML_HEADER}<LocationConstraint xmlns="${xmlNamespaceOf('com.amazonaws.s3')}">${text}</LocationConstraint>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}
