import type { Kind } from '../play.ts';
import type { Written } from '../put-objects.ts';
import { accessLogs } from './access-logs.ts';
import { accessPointReader } from './access-point-reader.ts';
import type { Dependent, Setting } from './dependent.ts';
import { foreignReader } from './foreign-reader.ts';
import { replication } from './replication.ts';
import { cloudTrail, loadBalancer } from './service-logs.ts';
import { website } from './website.ts';

const DEPENDENTS: Partial<Record<Kind, Dependent>> = {
  'access-log-target': accessLogs,
  'load-balancer-logs': loadBalancer,
  'cloudtrail-logs': cloudTrail,
  'replication-source': replication,
  'foreign-reader': foreignReader,
  'public-website': website,
  'access-point': accessPointReader,
};

/** Who depends on a bucket of this kind, if anybody. */
export function dependentOf(kind: Kind): Dependent | undefined {
  return DEPENDENTS[kind];
}

/** What a bucket's dependent found: the objects that were written for it, and what is broken. */
export interface Used {
  written: Written;
  /** One sentence; undefined where everything works. */
  broken: string | undefined;
}

/** Uses the bucket again after Reseal, and says what no longer works. */
export async function useAgain(dependent: Dependent, setting: Setting): Promise<Used> {
  try {
    return { written: await dependent.use(setting, 'after'), broken: undefined };
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { written: new Map(), broken: `${setting.bucket}: ${dependent.does} no longer works: ${why}` };
  }
}
