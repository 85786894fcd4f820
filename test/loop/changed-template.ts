import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface Role {
  Properties: { Policies: { PolicyDocument: { Statement: { Action: string | string[] }[] } }[] };
}

export interface ChangedTemplate extends Disposable {
  /** Copies the packaged stack, takes the action from the role, and returns the path of the template. */
  of(packaged: string): string;
}

/** The packaged stack with one action less in one role. Throws where the role has no such action. */
export function templateWithout(role: string, action: string): ChangedTemplate {
  const folder = mkdtempSync(path.join(tmpdir(), 'reseal-template-'));
  return {
    of: (packaged) => {
      cpSync(path.dirname(packaged), folder, { recursive: true });
      const template: { Resources: Record<string, Role> } = JSON.parse(readFileSync(packaged, 'utf8'));
      const statements = template.Resources[role]?.Properties.Policies.flatMap((each) => each.PolicyDocument.Statement);
      const granting = statements?.filter(({ Action }) => [Action].flat().includes(action)) ?? [];
      if (granting.length === 0) throw new Error(`${role} has no ${action}`);
      for (const statement of granting) {
        // An empty list is no policy; an action that nothing asks for is as good as none.
        const kept = [statement.Action].flat().filter((each) => each !== action);
        statement.Action = kept.length === 0 ? ['s3:GetBucketAcl'] : kept;
      }
      const changed = path.join(folder, path.basename(packaged));
      writeFileSync(changed, JSON.stringify(template));
      return changed;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
