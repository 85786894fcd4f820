import type { LookupFunction } from 'node:net';

export const lookup: LookupFunction;
