import { createHash } from 'node:crypto';

/**
 * After about 16 invocations of one function in one chain of requests Lambda stops the next one (Lambda guide, "Use Lambda recursive
 * loop detection"). AWS does not document the text of the lineage; here it is `Lineage=HASH:COUNT|HASH:COUNT` at the end of the trace
 * header, where HASH stands for a function and COUNT says how often that function has run in the chain.
 */
const LONGEST_CHAIN = 16;

/** Whether the message that brought this trace header would run the function once more than Lambda allows. */
export function isRecursiveLoop(functionArn: string, traceHeader: string | undefined): boolean {
  return (readLineage(traceHeader).get(hashOf(functionArn)) ?? 0) >= LONGEST_CHAIN;
}

/**
 * The trace header of an invocation, given those of the messages that brought it. A batch has one header for all of its messages, and
 * AWS does not say which chain it continues: here it is the longest one of each function.
 */
export function traceHeader(functionArn: string, requestId: string, brought: readonly (string | undefined)[]): string {
  const lineage = new Map<string, number>();
  for (const [hash, count] of brought.flatMap((header) => [...readLineage(header)])) {
    lineage.set(hash, Math.max(count, lineage.get(hash) ?? 0));
  }
  const own = hashOf(functionArn);
  lineage.set(own, (lineage.get(own) ?? 0) + 1);
  const links = [...lineage].map(([hash, count]) => `${hash}:${count}`).join('|');
  const root = requestId.replaceAll('-', '').slice(0, 24);
  return `Root=1-00000000-${root};Parent=0000000000000000;Sampled=0;Lineage=${links}`;
}

/** How often each function has run. What is not written as here, for example in a header of somebody else, counts for nothing. */
function readLineage(header = ''): ReadonlyMap<string, number> {
  const [, links = ''] = /(?:^|;)Lineage=([^;]*)/.exec(header) ?? [];
  const read = links.split('|').map((link) => /^([0-9a-f]{8}):(\d{1,9})$/.exec(link));
  return new Map(read.flatMap((parts) => (parts === null ? [] : [[parts[1] ?? '', Number(parts[2])]])));
}

const hashOf = (functionArn: string): string => createHash('sha256').update(functionArn).digest('hex').slice(0, 8);
