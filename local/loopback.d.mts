import type { LookupFunction } from 'node:net';

export const lookup: LookupFunction;
export function isLoopback(host: string): boolean;
export function refusal(hostname: string): NodeJS.ErrnoException;
