import { XmlCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../errors.ts';
import { readQuery } from './address.ts';
import { bodySchema } from './model.ts';
import { encodeXmlError } from './encode-xml-error.ts';
import { HTTP_SETTINGS } from './http-values.ts';
import type { Model } from './model.ts';
import { createOperationShapes, type OperationShape } from './operation-shapes.ts';
import { readForm } from './query-form.ts';
import type { Received } from './request.ts';
import { missingMember } from './required.ts';
import type { Wire } from './wire.ts';
import { XML_HEADER, xmlNamespaceOf } from './xml.ts';

/** STS and SNS (Smithy's aws.protocols#awsQuery): a form in, XML out. */
export function createAwsQuery(model: Model): Wire {
  const xmlNamespace = xmlNamespaceOf(model.namespace);
  const shapeOf = createOperationShapes(model);
  const writer = new XmlCodec({
    ...HTTP_SETTINGS,
    xmlNamespace: '',
    serviceNamespace: model.namespace,
  }).createSerializer();
  const writeResult = (shape: OperationShape, output: unknown): string => {
    const { schema } = shape.output;
    const result = bodySchema(`${shape.name}Result`, schema, memberNames(schema));
    if (result === undefined) return '';
    writer.write(result, output ?? {});
    return String(writer.flush());
  };
  return {
    route: (request) => {
      const operation = formOf(request).get('Action')?.[0] ?? '';
      if (model.operations.has(operation)) return { operation, labels: {} };
      throw new AwsError(
        'NotImplemented',
        `${operation === '' ? 'a request without Action' : operation} is no operation of ${model.namespace} that is known here`,
        501,
      );
    },
    decode: async (routed, request) => {
      const { schema } = shapeOf(routed.operation).input;
      const input = readForm(schema, formOf(request));
      const missing = missingMember(schema, input);
      if (missing === undefined) return input;
      const name = `${missing.charAt(0).toLowerCase()}${missing.slice(1)}`;
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
        400,
      );
    },
    encode: (operation, output, requestId) => {
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      const body = `${XML_HEADER}<${operation}Response xmlns="${xmlNamespace}">${writeResult(shapeOf(operation), output)}${metadata}</${operation}Response>`;
      return { status: 200, headers: { 'content-type': 'text/xml' }, body };
    },
    encodeError: (error, requestId) => encodeXmlError({ error, requestId, style: 'wrapped', model }),
  };
}

/** Query APIs take their form in the body of a POST or in the query of a GET. */
function formOf(request: Received): ReadonlyMap<string, readonly string[]> {
  return request.body.length > 0 ? readQuery(request.body.toString('utf8')) : request.query;
}

function memberNames(schema: NormalizedSchema): string[] {
  return schema.isStructSchema() ? [...schema.structIterator()].map(([member]) => member) : [];
}
