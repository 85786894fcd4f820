import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readTemplateText, type Template } from '../../local/cloudformation/template.ts';
import { ROOT } from './reachable-sources.ts';

/** One of infra/member as it is deployed alone. */
export function memberTemplate(name: 'roles' | 'region' | 'management'): Template {
  return templateOf(readFileSync(path.join(ROOT, `infra/member/${name}.yml`), 'utf8'));
}

/** A template with every !GetAtt as osls writes it. */
export function templateOf(text: string): Template {
  const json = JSON.stringify(readTemplateText(text));
  return JSON.parse(json.replaceAll(/"Fn::GetAtt":"(\w+)\.(\w+)"/g, '"Fn::GetAtt":["$1","$2"]')) as Template;
}
