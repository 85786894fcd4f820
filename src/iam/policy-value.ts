/** Thrown and caught inside the reading of one document; the message says where and what. */
export class Malformed extends Error {}

/** A JSON object whose members nobody has looked at yet. */
export type Named = Readonly<Record<string, unknown>>;

/** A string or a list of strings, as IAM lets one stand for the other. */
export function strings(value: unknown, where: string): string[] {
  const listed: unknown[] = Array.isArray(value) ? value : [value];
  return listed.map((entry) => {
    if (typeof entry === 'string') return entry;
    throw new Malformed(`${where} holds something that is not a string`);
  });
}
