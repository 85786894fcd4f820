import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { awsAsTyped } from '../local/aws-cli.ts';

const asked = z.object({ args: z.array(z.string()), env: z.record(z.string(), z.string()) });

/** Hands over what was typed, and prints what came of it. */
const program = (port: number): string => `#!${process.execPath}
const body = JSON.stringify({ args: process.argv.slice(2), env: process.env });
const answer = await fetch('http://127.0.0.1:${port}', { method: 'POST', body });
const { status, stdout, stderr } = await answer.json();
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = status;
`;

/** Puts a program `aws` into a folder: the AWS CLI, loaded once for all that is typed. */
export async function writeOneCli(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<string> => {
      const { args, env } = asked.parse(await json(request));
      return JSON.stringify(await awsAsTyped(args, env));
    };
    answer().then(
      (text) => response.end(text),
      (error: unknown) => response.end(JSON.stringify({ status: 255, stdout: '', stderr: String(error) })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const file = path.join(folder, 'aws');
  // Without an extension a file is a module where its package says so.
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(file, program(port));
  chmodSync(file, 0o755);
  return server;
}
