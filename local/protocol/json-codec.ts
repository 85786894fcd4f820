import { JsonCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { $Schema } from '@smithy/types';
import { AwsError } from '../errors.ts';

/** JSON bodies by schema: timestamps as epoch seconds, blobs as base64 (Smithy awsJson and restJson1). */
export interface JsonBodies {
  read(schema: NormalizedSchema | $Schema, body: Buffer): Promise<object>;
  write(schema: NormalizedSchema | $Schema, value: unknown): string;
}

/** `jsonName` is honoured by restJson1 only. */
export function createJsonBodies(jsonName: boolean): JsonBodies {
  const codec = new JsonCodec({ timestampFormat: { useTrait: jsonName, default: 7 }, jsonName });
  const reader = codec.createDeserializer();
  const writer = codec.createSerializer();
  return {
    read: async (schema, body) => {
      if (body.length === 0) return {};
      try {
        const value: unknown = await reader.read(schema, body);
        if (typeof value === 'object' && value !== null) return value;
      } catch {
        throw unreadable();
      }
      throw unreadable();
    },
    write: (schema, value) => {
      writer.write(schema, value ?? {});
      return writer.flush();
    },
  };
}

function unreadable(): AwsError {
  return new AwsError(
    'SerializationException',
    'The request body is not a JSON document that this operation takes',
    400,
  );
}
