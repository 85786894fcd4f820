import middy from '@middy/core';
import type { Process } from '../../src/runtime/process.ts';

export interface LogLine {
  level: 'info' | 'warn' | 'error';
  message: string;
  [field: string]: unknown;
}

/** A process that keeps its log lines and its counts, and wraps a handler in nothing but middy, without its timer, which would outlive a test that mocks timers. */
export function recordingProcess() {
  const lines: LogLine[] = [];
  const counted: string[] = [];
  const at = (level: LogLine['level']) => (message: string, fields: object) => {
    lines.push({ level, message, ...fields });
  };
  const process: Process = {
    log: { info: at('info'), warn: at('warn'), error: at('error') },
    count: (metric) => {
      counted.push(metric);
    },
    wrap: (run) => middy(run, { timeoutEarlyInMillis: 0 }),
  };
  return { process, lines, counted };
}
