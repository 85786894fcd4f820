import type { Binding, Bindings } from './bindings.ts';
import { readText } from './http-values.ts';
import type { Received } from './request.ts';

/** The members of an input that travel outside the body: labels, headers, prefixed headers and query. */
export function decodeHttp(
  bindings: Bindings,
  request: Received,
  labels: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const binding of bindings.labels) {
    const text = labels[binding.member];
    if (text !== undefined) input[binding.member] = readText(binding, text);
  }
  for (const binding of bindings.headers) {
    const text = request.headers[binding.name];
    if (text !== undefined && text !== '') input[binding.member] = readText(binding, text);
  }
  for (const binding of bindings.prefixHeaders) input[binding.member] = prefixed(binding.name, request.headers);
  for (const binding of bindings.query) {
    const texts = request.query.get(binding.name);
    if (texts !== undefined) input[binding.member] = readQueryValue(binding, texts);
  }
  return input;
}

function prefixed(prefix: string, headers: Readonly<Record<string, string>>): Record<string, string> {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

function readQueryValue(binding: Binding, texts: readonly string[]): unknown {
  if (!binding.schema.isListSchema()) return readText(binding, texts[0] ?? '');
  const element = { ...binding, schema: binding.schema.getValueSchema() };
  return texts.map((text) => readText(element, text));
}
