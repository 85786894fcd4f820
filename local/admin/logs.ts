import type { WireRequest, WireResponse } from '../service.ts';
import { json } from './json.ts';

/** One function's newest lines. */
export interface FunctionLines {
  readonly functionName: string;
  readonly account: string;
  readonly region: string;
  readonly lines: readonly string[];
}

/** `GET /_local/logs?function=NAME`: what the functions wrote, of every account and Region, or of those of that name. */
export function answerLogs(request: WireRequest, logs: () => readonly FunctionLines[]): WireResponse {
  const wanted = new URLSearchParams(request.target.split('?')[1] ?? '').get('function');
  return json(200, { logs: logs().filter(({ functionName }) => wanted === null || functionName === wanted) });
}
