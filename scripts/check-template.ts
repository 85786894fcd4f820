import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { readCommandLine } from './command-line.ts';
import { statusOf } from './ending.ts';
import { ORGANIZATION, packageStack, TEMPLATE } from './package.ts';

/** The part of one finding of `cfn-lint --format json` that is looked at. */
interface Finding {
  Level: string;
  Message: string;
  Rule: { Id: string };
  Location: { Path: (string | number)[] | null };
}

/** They are deployed alone too. */
const MEMBERS = ['roles', 'region', 'management'].map((name) =>
  path.resolve(import.meta.dirname, `../infra/member/${name}.yml`),
);

/** One Region of each partition: aws, aws-cn and aws-us-gov. */
const REGIONS = ['us-east-1', 'cn-north-1', 'us-gov-west-1'];

/** Findings that are known, each with the reason for which it is no fault of the template. */
const KNOWN = [
  {
    reason: 'osls writes a DependsOn for each role, beside the reference',
    matches: ({ Rule, Location }: Finding) => Rule.Id === 'W3005' && Location.Path?.includes('DependsOn') === true,
  },
  {
    reason: 'an older cfn-lint does not know the runtime nodejs24.x',
    matches: ({ Rule, Location }: Finding) => Rule.Id === 'E3030' && Location.Path?.at(-1) === 'Runtime',
  },
  {
    reason: 'cfn-lint does not know the actions of object annotations yet (S3 API ListObjectAnnotations)',
    matches: ({ Rule, Message }: Finding) =>
      Rule.Id === 'W3037' && /^'(?:get|list|put)objectannotations?'/.test(Message),
  },
];

readCommandLine({
  name: 'npm run template',
  does: 'Checks the CloudFormation template, packaged for aws, aws-cn and aws-us-gov, with cfn-lint, where that is on the PATH.',
  options: {},
});
const linter = await findOnPath('cfn-lint');
if (linter === undefined) {
  console.log(
    'template checks: cfn-lint is not on the PATH, skipped; install it to lint the packaged CloudFormation template',
  );
} else {
  for (const region of REGIONS) {
    // With tags, so that every property that a stack may have is checked.
    const { directory } = await packageStack({ args: ['--region', region, '--param', 'Tags=team=storage'] });
    const files = [TEMPLATE, ORGANIZATION].map((file) => path.join(directory, file));
    for (const file of [...files, ...MEMBERS])
      report(`${path.basename(file)} in ${region}`, await lint(linter, region, file));
  }
}

async function findOnPath(name: string): Promise<string | undefined> {
  for (const directory of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(directory, name);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return undefined;
}

/** cfn-lint's exit status is not looked at: it is a bit set over the levels of its findings, which are read instead. */
async function lint(command: string, region: string, template: string): Promise<Finding[]> {
  const child = spawn(command, ['--regions', region, '--format', 'json', '--', template], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await statusOf(child);
  return JSON.parse(output) as Finding[];
}

function report(checked: string, findings: Finding[]): void {
  const known = KNOWN.map(({ reason, matches }) => ({ reason, count: findings.filter(matches).length }));
  for (const { reason, count } of known)
    if (count > 0) console.log(`template checks of ${checked}: ${count} x passed over: ${reason}`);
  const faults = findings.filter((finding) => !KNOWN.some(({ matches }) => matches(finding)));
  for (const { Level, Rule, Message, Location } of faults) {
    console.log(`${Level} ${Rule.Id} at ${Location.Path?.join('/') ?? 'the template'}: ${Message}`);
  }
  console.log(`template checks of ${checked}: cfn-lint finds ${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
}
