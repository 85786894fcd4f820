import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync, zipSync } from 'fflate';

interface Role {
  Properties: { Policies: { PolicyDocument: { Statement: { Action: string | string[] }[] } }[] };
}

export interface ChangedTemplate extends Disposable {
  /** Copies the packaged stack, changes it, and returns the path of the template. */
  of(packaged: string): string;
}

interface Lambda {
  Properties: { Environment: { Variables: Record<string, unknown> } };
}

/** The packaged stack with one action less in one role. Throws where the role has no such action. */
export function templateWithout(role: string, action: string): ChangedTemplate {
  return changed<Role>((resources) => {
    const statements = resources[role]?.Properties.Policies.flatMap((each) => each.PolicyDocument.Statement);
    const granting = statements?.filter(({ Action }) => [Action].flat().includes(action)) ?? [];
    if (granting.length === 0) throw new Error(`${role} has no ${action}`);
    for (const statement of granting) {
      // An empty list is no policy; an action that nothing asks for is as good as none.
      const kept = [statement.Action].flat().filter((each) => each !== action);
      statement.Action = kept.length === 0 ? ['s3:GetBucketAcl'] : kept;
    }
  });
}

/** The packaged stack in which a mapping hands over what it has after a second. Throws where it has no window. */
export function templateWithShortWindow(mapping: string): ChangedTemplate {
  return changed<{ Properties: Record<string, unknown> }>((resources) => {
    const properties = resources[mapping]?.Properties;
    if (properties?.['MaximumBatchingWindowInSeconds'] === undefined) throw new Error(`${mapping} has no window`);
    properties['MaximumBatchingWindowInSeconds'] = 1;
  });
}

/** The packaged stack with another value of one setting of a function. Throws where the function has no such setting. */
export function templateWithSetting(lambda: string, name: string, value: string): ChangedTemplate {
  return changed<Lambda>((resources) => {
    const variables = resources[lambda]?.Properties.Environment.Variables;
    if (variables?.[name] === undefined) throw new Error(`${lambda} has no ${name}`);
    variables[name] = value;
  });
}

/** The packaged stack with another compiled policy in its functions. */
export function templateWithPolicy(compiled: string): ChangedTemplate {
  return changed(
    () => {},
    (folder) => {
      for (const file of globSync('*.zip', { cwd: folder }).map((name) => path.join(folder, name))) {
        const entries = unzipSync(readFileSync(file));
        if (entries[POLICY] === undefined) continue;
        writeFileSync(file, zipSync({ ...entries, [POLICY]: Buffer.from(compiled) }));
      }
    },
  );
}

/** Where a zip has it (scripts/osls-policy-plugin.mjs). */
const POLICY = '.reseal/policy.json';

function changed<Resource>(
  change: (resources: Record<string, Resource>) => void,
  changeZips: (folder: string) => void = () => {},
): ChangedTemplate {
  const folder = mkdtempSync(path.join(tmpdir(), 'reseal-template-'));
  return {
    of: (packaged) => {
      cpSync(path.dirname(packaged), folder, { recursive: true });
      const template: { Resources: Record<string, Resource> } = JSON.parse(readFileSync(packaged, 'utf8'));
      change(template.Resources);
      changeZips(folder);
      const written = path.join(folder, path.basename(packaged));
      writeFileSync(written, JSON.stringify(template));
      return written;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
