/** A JSON object of unknown members, for example an item or a request. */
export type Json = Readonly<Record<string, unknown>>;

/** The value as an object; empty where it is none. */
export function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
