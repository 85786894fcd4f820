import type { WireRequest, WireResponse } from '../service.ts';
import { readFault, type Fault } from './fault.ts';
import type { Faults } from './faults.ts';

/**
 * `/_local/faults`: POST sets one fault (or a list) and answers their ids, GET lists them with how often they played, DELETE removes all or,
 * with `?id=N`, one. A fault that cannot be read is answered 400 with the member that is wrong, and none of the request is set.
 */
export function answerFaults(faults: Faults, request: Pick<WireRequest, 'method' | 'target' | 'body'>): WireResponse {
  if (request.method === 'GET') return json(200, { faults: faults.list() });
  if (request.method === 'DELETE')
    return remove(faults, new URLSearchParams(request.target.split('?')[1] ?? '').get('id'));
  if (request.method !== 'POST')
    return json(405, { error: `${request.method} is not answered here: use POST, GET or DELETE` });
  const read = readFaults(request.body);
  if ('error' in read) return json(400, read);
  return json(200, { ids: read.faults.map((fault) => faults.add(fault)) });
}

function remove(faults: Faults, id: string | null): WireResponse {
  if (id === null) faults.clear();
  else faults.remove(id);
  return json(200, { faults: faults.list() });
}

function readFaults(body: Buffer): { faults: Fault[] } | { error: string } {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return { faults: (Array.isArray(value) ? value : [value]).map(readFault) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function json(status: number, value: object): WireResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
