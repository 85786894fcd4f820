import type * as z from 'zod/mini';
import { ResealError } from '../errors.ts';
import { describeValue, problemLine, someProblemsOf } from '../problem.ts';

/** A well-formed payload that is none of our business, and why; never an error. */
export interface Ignored {
  ignored: string;
}

/** The JSON value of a payload that may still be text. Throws `malformed-message` where the text is not JSON. */
export function readPayload(payload: unknown, what: string): unknown {
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.parse(payload);
  } catch (cause) {
    throw malformed(what, [`the message: expected JSON text, found ${describeValue(payload)}`], cause);
  }
}

/** The checked part of a payload. Throws `malformed-message` with every problem in it: `PATH: expected X, found Y`. */
export function checkPayload<Schema extends z.core.$ZodType>(
  schema: Schema & { safeParse: (value: unknown) => z.core.util.SafeParseResult<z.output<Schema>> },
  payload: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  throw malformed(
    what,
    someProblemsOf(parsed.error, payload).map((problem) => problemLine(problem, 'the message')),
  );
}

function malformed(what: string, lines: readonly string[], cause?: unknown): ResealError {
  return new ResealError('malformed-message', `Not ${what}: ${lines.join('; ')}`, { cause });
}
