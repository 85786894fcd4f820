import type { WireResponse } from '../service.ts';

export function json(status: number, value: object): WireResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
