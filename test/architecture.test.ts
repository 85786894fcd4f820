import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  allFiles,
  importsOf,
  lineCount,
  linesMatching,
  type Import,
  type SourceFile,
} from './architecture/source-files.ts';

const FILES = allFiles();
const CODE = FILES.filter(({ file }) => /\.(ts|mjs)$/.test(file));
const PRODUCT = CODE.filter(({ file }) => /^(src|functions)\//.test(file));

interface Layer {
  /** Files or folders that it may import. */
  imports: string[];
  /** Files or folders of which it may import types. */
  types?: string[];
  packages: RegExp;
}

const NO_PACKAGE = /^$/;
const BASICS = [
  'src/errors.ts',
  'src/problem.ts',
  'src/present.ts',
  'src/nearest.ts',
  'src/cause.ts',
  'src/bucket-id.ts',
  'src/at-once.ts',
];

/** The whole of who may know whom; a file belongs to the longest name that begins its path. */
const LAYERS: Record<string, Layer> = {
  'src/errors.ts': { imports: [], packages: NO_PACKAGE },
  'src/cause.ts': { imports: [], packages: NO_PACKAGE },
  'src/at-once.ts': { imports: [], packages: NO_PACKAGE },
  'src/bucket-id.ts': { imports: [], packages: NO_PACKAGE },
  'src/problem.ts': { imports: [], packages: /^zod\/mini$/ },
  'src/nearest.ts': { imports: [], packages: NO_PACKAGE },
  'src/present.ts': { imports: [], packages: NO_PACKAGE },
  'src/iam': { imports: ['src/iam'], packages: NO_PACKAGE },
  'src/policy': { imports: [...BASICS, 'src/policy', 'src/iam'], packages: /^(zod\/mini|node:crypto)$/ },
  'src/ledger': { imports: [...BASICS, 'src/ledger', 'src/policy'], packages: /^(zod\/mini|node:crypto)$/ },
  'src/announcements': {
    imports: [...BASICS, 'src/announcements', 'src/policy', 'src/ledger'],
    packages: /^(zod\/mini|node:crypto)$/,
  },
  'src/intake': { imports: [...BASICS, 'src/intake', 'src/ledger'], packages: /^zod\/mini$/ },
  'src/aws': {
    imports: [...BASICS, 'src/aws', 'src/policy/model.ts', 'src/policy/copy', 'src/ledger'],
    types: ['src/policy', 'src/intake', 'src/announcements'],
    packages: /^(@aws-sdk\/|zod\/mini$|node:(crypto|stream)$|csv-parse$)/,
  },
  'src/remediation': {
    imports: [
      ...BASICS,
      'src/remediation',
      'src/policy',
      'src/ledger',
      'src/announcements',
      'src/intake',
      'src/aws/sdk/service-error.ts',
    ],
    types: ['src/aws'],
    packages: NO_PACKAGE,
  },
  'src/runtime': {
    imports: [...BASICS, 'src/runtime', 'src/aws', 'src/policy', 'src/ledger', 'src/intake'],
    types: ['src/remediation'],
    packages: /^(node:|@middy\/|@aws-lambda-powertools\/|aws-lambda$)/,
  },
  'src/runtime/clients.ts': {
    imports: ['src/runtime/connections.ts', 'src/runtime/deadline.ts'],
    types: ['src/aws'],
    packages: /^(@aws-sdk\/client-|@smithy\/(node-http-handler|types)$)/,
  },
  'src/runtime/hub-clients.ts': { imports: ['src/runtime/clients.ts'], packages: /^@aws-sdk\/client-/ },
  'src/runtime/patient-clients.ts': {
    imports: ['src/problem.ts', 'src/runtime/clients.ts', 'src/runtime/connections.ts'],
    packages: /^@smithy\/(node-http-handler|types)$/,
  },
  'src/runtime/lambda-credentials.ts': { imports: [], packages: /^@aws-sdk\/credential-provider-env$/ },
  functions: { imports: ['src/runtime', 'src/intake', 'src/remediation'], packages: NO_PACKAGE },
  cli: {
    imports: [
      ...BASICS,
      'cli',
      'src/runtime',
      'src/remediation',
      'src/policy',
      'src/ledger',
      'src/intake',
      'scripts/node24.mjs',
      'scripts/command-line.ts',
      'scripts/ending.ts',
      'scripts/progress.ts',
      'scripts/wrapped.ts',
    ],
    types: ['src/aws'],
    packages: /^(node:|citty$|yaml$|zod\/mini$)/,
  },
  local: { imports: ['local'], packages: /./ },
};

describe('imports', () => {
  it('go the ways that docs/architecture.md draws', () => {
    const wrong = CODE.flatMap(importsOf)
      .filter((each) => !isAllowed(each))
      .map(({ from, to, isType }) => `${from} imports ${isType ? 'types of ' : ''}${to}`);
    assert.deepEqual(
      wrong,
      [],
      'move the code, or pass what is needed as an argument; LAYERS in this file is the rule',
    );
  });

  it('of the product never reach local/, which is the independent witness', () => {
    const wrong = CODE.flatMap(importsOf).filter(
      ({ from, to }) => /^(src|functions|cli)\//.test(from) && to.startsWith('local/'),
    );
    assert.deepEqual(wrong, []);
  });

  it('name files, not folders that pass on what others export', () => {
    const barrels = linesMatching(CODE, /^export \* from /);
    assert.deepEqual(barrels, [], 'import from the file that has the export');
  });
});

function isAllowed({ from, to, isPackage, isType }: Import): boolean {
  const layer = LAYERS[longestPrefix(from)];
  if (layer === undefined) return true;
  if (isPackage) return layer.packages.test(to);
  const allowed = isType ? [...layer.imports, ...(layer.types ?? [])] : layer.imports;
  return allowed.some((name) => to === name || to.startsWith(`${name}/`));
}

function longestPrefix(file: string): string {
  const names = Object.keys(LAYERS).filter((name) => file === name || file.startsWith(`${name}/`));
  return names.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

/**
 * Which folders of local/ import another one; of `types` they may import types alone. Everything else that the services know of each
 * other is in the files at the top of local/, world.ts first.
 */
const NEIGHBOURS: Record<string, { imports: string[]; types?: string[] }> = {
  // It shows what is inside.
  admin: { imports: [], types: ['events', 'organizations', 's3'] },
  // S3 Control is the other half of S3: its jobs and access points work on S3's own store.
  batch: { imports: ['s3'] },
  // Whoever reads policies reads them with identity/.
  events: { imports: ['identity'] },
  // Stack sets deploy to the accounts of the organization.
  cloudformation: { imports: [], types: ['organizations'] },
  kms: { imports: ['identity'] },
  s3: { imports: ['identity'] },
  sns: { imports: ['identity'] },
  sqs: { imports: ['identity'] },
  // The endpoint plays faults, names the anonymous caller, and checks the checksums of S3's requests.
  protocol: { imports: ['faults', 'identity', 's3'] },
};

describe('the embedded AWS', () => {
  const local = CODE.filter(({ file }) => file.startsWith('local/'));

  it('has services that know each other through the files at the top of local/', () => {
    const folderOf = (file: string) => file.split('/').slice(1, -1)[0];
    const wrong = local
      .flatMap(importsOf)
      .filter(({ from, to, isPackage, isType }) => {
        const [here, there] = [folderOf(from), folderOf(to)];
        if (isPackage || here === undefined || there === undefined || here === there) return false;
        const { imports, types = [] } = NEIGHBOURS[here] ?? { imports: [] };
        return !(isType ? [...imports, ...types] : imports).includes(there);
      })
      .map(({ from, to }) => `${from} imports ${to}`);
    assert.deepEqual(wrong, [], 'add what is needed to an interface of local/world.ts and pass it as an argument');
  });

  it('asks no table for a name that every object inherits', () => {
    const tables = local.flatMap(({ text }) =>
      [...text.matchAll(/\bconst (\w+): Readonly<Record<string,/g)].map(([, name]) => name),
    );
    const indexed = linesMatching(local, new RegExp(`\\b(${tables.join('|')})\\[(?!['\\]])`));
    assert.deepEqual(indexed, [], 'names come from requests: use entryOf of local/entry-of.ts, or a Map');
  });

  it('has one line in its README for each folder', () => {
    const folders = new Set(local.flatMap(({ file }) => file.split('/').slice(1, -1)));
    const readme = FILES.find(({ file }) => file === 'local/README.md')?.text ?? '';
    const described = [...readme.matchAll(/^\| `([\w-]+)\/` \|/gm)].map(([, folder = '']) => folder);
    assert.deepEqual(described.toSorted(), [...folders].toSorted());
  });
});

describe('files', () => {
  it('are short enough to be read at once', () => {
    const cap = (file: string) => (/^(test|bench)\//.test(file) ? 400 : 250);
    const long = CODE.filter((each) => lineCount(each) > cap(each.file)).map(
      (each) => `${each.file}: ${lineCount(each)}`,
    );
    assert.deepEqual(long, [], 'a file has one subject: split it (250 lines, 400 for tests)');
  });

  it('are named after their one subject, in kebab-case', () => {
    const drawers = /(^|[/.-])(utils?|helpers?|common|misc|manager|base)([/.-]|$)|(^|\/)service\.ts$/i;
    const named = CODE.map(({ file }) => file).filter((file) => file !== 'local/service.ts');
    assert.deepEqual(
      named.filter((file) => drawers.test(file)),
      [],
      'such a name takes in anything: name the subject',
    );
    assert.deepEqual(
      named.filter((file) => !/^[a-z0-9./-]+$/.test(file)),
      [],
      'use kebab-case',
    );
  });

  it('speak of the product alone', () => {
    const files = FILES.filter(({ file }) => file !== 'test/architecture.test.ts');
    const hosts = linesMatching(files, /\b(registry\.[a-z]|npmjs\.|pypi\.|yarnpkg\.)/i);
    const paths = linesMatching(files, /(?<![\w.$}*])\/(work|root|home\/\w+|Users\/\w+)\//);
    const notes = linesMatching(files, /\b(TODO|FIXME|XXX|HACK)\b/);
    assert.deepEqual(
      [...hosts, ...paths, ...notes],
      [],
      'no package registry, no path of one machine, no note to self',
    );
  });
});

describe('names', () => {
  const ours = CODE.filter(({ file }) => /^(src|cli)\//.test(file));

  it('are exported by one file each: one name, one meaning', () => {
    const exported = ours.flatMap(({ file, text }) =>
      [...text.matchAll(/^export (?:async )?(?:function\*?|const|interface|type|class) (\w+)/gm)].map(
        ([, name = '']) => [name, file] as const,
      ),
    );
    const files = Map.groupBy(exported, ([name]) => name);
    const twice = [...files].filter(([, each]) => new Set(each.map(([, file]) => file)).size > 1);
    assert.deepEqual(
      twice.map(([name, each]) => `${name}: ${each.map(([, file]) => file).join(', ')}`),
      [],
    );
  });

  it('of files stand for one subject; a command is called as the story that it starts', () => {
    const files = Map.groupBy(
      ours.filter(({ file }) => !file.startsWith('cli/commands/')),
      ({ file }) => file.split('/').at(-1),
    );
    assert.deepEqual(
      [...files.values()].filter(({ length }) => length > 1).map((each) => each.map(({ file }) => file)),
      [],
    );
  });
});

describe('functions', () => {
  const handlers = CODE.filter(({ file }) => file.startsWith('functions/'));

  it('are at most 20 lines and decide nothing', () => {
    const long = handlers.filter((each) => lineCount(each) > 20).map(({ file }) => file);
    assert.deepEqual(long, [], 'a handler wraps, names the parser and names the story');
    assert.deepEqual(
      linesMatching(handlers, /\b(if|switch|for|while|try|catch)\b|\?[^.]/),
      [],
      'move the branch into src',
    );
  });

  it('have one name all the way down', () => {
    const names = handlers.map(({ file }) => file.slice('functions/'.length, -'.ts'.length));
    const serverless = FILES.find(({ file }) => file === 'serverless.yml')?.text ?? '';
    const configured = [...serverless.matchAll(/^ {4}handler: functions\/([\w-]+)\.handler$/gm)].map(
      (each) => `${each[1]}`,
    );
    assert.deepEqual(configured.toSorted(), names.toSorted());
    const files = new Set(FILES.map(({ file }) => file));
    const untold = names.flatMap((name) =>
      [`src/remediation/${name}.ts`, `infra/roles/${name}.yml`].filter((file) => !files.has(file)),
    );
    assert.deepEqual(untold, []);
  });
});

describe('the product', () => {
  const except = (...names: string[]) => PRODUCT.filter(({ file }) => !names.includes(file));

  it('builds its AWS clients in one place', () => {
    const built = linesMatching(except('src/runtime/clients.ts', 'src/runtime/hub-clients.ts'), /\bnew \w*Client\(/);
    assert.deepEqual(built, [], 'take the client from src/runtime/clients.ts or hub-clients.ts');
  });

  it('reads its environment in one place', () => {
    const read = linesMatching(except('src/runtime/config.ts'), /\bprocess\.env\b/);
    assert.deepEqual(read, [], 'read settings with readSettings of src/runtime/config.ts');
  });

  it('looks nothing up by outside words in a plain object, where `constructor` and `__proto__` are found', () => {
    const code = CODE.filter(({ file }) => /^(src|functions|cli)\//.test(file));
    assert.deepEqual(code.flatMap(lookUpsByWord), [], 'use a Map, a Set or Object.hasOwn, or type the key');
  });

  it('judges without a clock, chance, or waiting', () => {
    const policy = PRODUCT.filter(({ file }) => /^src\/(policy|iam|ledger|announcements)\//.test(file));
    const impure = linesMatching(policy, /\bnew Date\(\)|\bDate\.now\b|\bMath\.random\b|\b(async|await)\b|\bprocess\./);
    assert.deepEqual(impure, [], 'src/policy is pure: take what it needs as an argument');
  });

  it('knows errors by name, never by their message', () => {
    const code = CODE.filter(({ file }) => /^(src|functions|cli|local)\//.test(file));
    const matched = linesMatching(
      code,
      /\bmessage\.(includes|match|startsWith|endsWith|search)\(|\.test\(\w+\.message\)/,
    );
    assert.deepEqual(matched, [], 'messages change; recognise the name or code in src/aws/sdk/service-error.ts');
  });
});

const TABLE = /\b(\w+)\??: (?:Readonly<)?(?:Partial<)?Record<string, |\b(\w+)\??: (?:Context|Named)\b/g;

/** The lines of a file where a table with any text as its key is indexed by a variable, but for those that ask Object.hasOwn first. */
function lookUpsByWord({ file, text }: SourceFile): string[] {
  const tables = [...text.matchAll(TABLE)].map(([, record, alias]) => `\\b${record ?? alias}`);
  const cast = ' as (?:Readonly<)?Record<string, [^)]*\\)';
  const lookUp = new RegExp(`(?:${[cast, ...tables].join('|')})\\[(?!')`);
  return linesMatching([{ file, text }], lookUp).filter((line) => !line.includes('Object.hasOwn('));
}

describe('tests', () => {
  it('stand beside every file that holds rules: one that exports a function, but for types and data', () => {
    const files = new Set(FILES.map(({ file }) => file));
    const rules = PRODUCT.filter(({ file }) =>
      /^src\/(policy|iam|ledger|announcements)\/|^src\/[\w-]+\.ts$/.test(file),
    );
    const lonely = rules
      .filter(({ text }) => /^export (async )?function\*? |^export const \w+(: [^=]+)? = (async )?\(.*=>/m.test(text))
      .map(({ file }) => file.replace(/^src\/(.*)\.ts$/, 'test/$1.test.ts'))
      .filter((test) => !files.has(test));
    assert.deepEqual(lonely, [], 'add this test, or move what is tiny into the one file that uses it');
  });

  const tests = CODE.filter(({ file }) => file.startsWith('test/') && file !== 'test/architecture.test.ts');

  it('are told in the present tense', () => {
    const wishes = linesMatching(tests, /\b(test|it|describe)\((['"`]).*\bshould\b/);
    assert.deepEqual(wishes, [], 'say what is, not what should be');
  });

  it('depend on nothing but their input', () => {
    const chance = linesMatching(tests, /\bMath\.random\(|\bmock\.module\(/);
    assert.deepEqual(chance, [], 'no random data without a recorded seed, no module mocks');
  });

  it('do not fail where the machine is slow', () => {
    const timed = linesMatching(tests, /assert.*\b(performance\.now\(\)|\w+Ms\b).*<|, \{ timeout: [\d_]+ \},/);
    assert.deepEqual(timed, [], 'print how long it took (t.diagnostic), or count what was done');
  });
});
