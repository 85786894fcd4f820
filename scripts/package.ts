import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { statusOf } from './ending.ts';
import { exclusively } from './exclusive.ts';
import { hubTemplate } from './hub-template.ts';
import { organizationTemplate } from './organization-template.ts';
import type { Progress } from './progress.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const PACKAGES = path.join(ROOT, '.reseal/packages');
const KEPT_PACKAGES = 8;
/** Longer than any process uses a package that it was given. */
const IN_USE_MS = 3_600_000;
/** Packaging takes about 10 s on a quiet machine, and perhaps another process has to finish its own first. */
const PATIENCE_SECONDS = 300;

/** The file that CloudFormation gets, inside the directory that `packageStack` returns; the zips lie beside it. */
export const TEMPLATE = 'cloudformation-template-update-stack.json';

/** The file for the members of an organization, in the same directory. */
export const ORGANIZATION = 'organization.yml';

/** The hub for who deploys without osls, in the same directory. */
export const HUB = 'hub.json';

/** Everything that decides what a package holds. The policy document is added by path. */
const INPUTS = [
  'functions/**',
  'src/**',
  'infra/**',
  'cli/policy-file.ts',
  'scripts/hub-template.ts',
  'scripts/organization-template.ts',
  'scripts/osls-*.mjs',
  'package.json',
  'scripts/sdk-tree-shaking.cjs',
  'serverless.yml',
  'package-lock.json',
];

/**
 * Bundles the functions and writes the CloudFormation template with `osls package`: no network, no credentials.
 * A package is kept by the hash of its inputs, so nothing is done where nothing changed; `force` does it all the same.
 * `policy` is the policy document, reseal.yaml by default; `args` are options of osls, for example --region. Throws with the output of osls where
 * that fails.
 */
export async function packageStack(
  options: { policy?: string; args?: readonly string[]; force?: boolean; progress?: Progress } = {},
): Promise<{ directory: string; seconds: number }> {
  const started = performance.now();
  const policy = path.resolve(options.policy ?? process.env['RESEAL_POLICY'] ?? path.join(ROOT, 'reseal.yaml'));
  const { args = [] } = options;
  const directory = path.join(PACKAGES, await hashOfInputs(policy, args));
  if (options.force || !existsSync(path.join(directory, TEMPLATE))) {
    await mkdir(PACKAGES, { recursive: true });
    const write = () =>
      exclusively(path.join(PACKAGES, 'lock'), async () => {
        if (!options.force && existsSync(path.join(directory, TEMPLATE))) return;
        await writePackage(directory, policy, args);
        await forgetOldPackages(PACKAGES);
      });
    await (options.progress?.within({ for: 'the functions to be packaged', seconds: PATIENCE_SECONDS }, write) ??
      write());
  }
  await utimes(directory, new Date(), new Date());
  return { directory, seconds: (performance.now() - started) / 1000 };
}

async function hashOfInputs(policy: string, args: readonly string[]): Promise<string> {
  const files = [];
  for await (const entry of glob(INPUTS, { cwd: ROOT, withFileTypes: true })) {
    if (entry.isFile()) files.push(path.join(entry.parentPath, entry.name));
  }
  const hash = createHash('sha256');
  const accounts = path.resolve(ROOT, process.env['RESEAL_ACCOUNTS'] ?? 'accounts.txt');
  const prices = process.env['RESEAL_PRICES'] ?? '';
  const named = prices === '' ? [] : [path.resolve(ROOT, prices)];
  for (const file of [...files.sort(), policy, accounts, ...named]) {
    hash.update(`${path.relative(ROOT, file)}\0`).update(await readInput(file));
  }
  for (const arg of args) hash.update(`\0${arg}`);
  return hash.digest('hex').slice(0, 16);
}

async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new Error(
      `Cannot package Reseal: ${file} cannot be read. Name the policy document with RESEAL_POLICY, the accounts with RESEAL_ACCOUNTS, and list prices with RESEAL_PRICES.`,
      { cause },
    );
  }
}

/** The directory appears in one step, so that a reader never sees half a package. */
async function writePackage(directory: string, policy: string, args: readonly string[]): Promise<void> {
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await osls(['package', '--package', path.relative(ROOT, unfinished), ...args], policy);
  await writeFile(path.join(unfinished, ORGANIZATION), organizationTemplate());
  const packaged: unknown = JSON.parse(await readFile(path.join(unfinished, TEMPLATE), 'utf8'));
  await writeFile(path.join(unfinished, HUB), hubTemplate(JSON.stringify(packaged), unfinished));
  await rm(directory, { recursive: true, force: true });
  await rename(unfinished, directory);
}

async function osls(args: string[], policy: string): Promise<void> {
  const preload = ['--import', pathToFileURL(path.join(ROOT, 'scripts/exit-when-failed.mjs')).href];
  const child = spawn(process.execPath, [...preload, path.join(ROOT, 'node_modules/osls/bin/serverless.js'), ...args], {
    cwd: ROOT,
    env: { ...process.env, RESEAL_POLICY: policy },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await statusOf(child);
  if (code !== 0) {
    throw new Error(
      `osls ${args.join(' ')} failed (exit ${code}) with the policy ${policy}:\n${Buffer.concat(output).toString()}`,
    );
  }
}

/** Deletes the packages of a folder that were used the longest ago, but none that may be in use. */
export async function forgetOldPackages(folder: string): Promise<void> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const packages = await Promise.all(
    names.map(async ({ name }) => {
      const directory = path.join(folder, name);
      return { directory, usedMs: (await stat(directory)).mtimeMs };
    }),
  );
  const old = packages
    .sort((a, b) => b.usedMs - a.usedMs)
    .slice(KEPT_PACKAGES)
    .filter(({ usedMs }) => usedMs < Date.now() - IN_USE_MS);
  await Promise.all(old.map(({ directory }) => rm(directory, { recursive: true, force: true })));
}
