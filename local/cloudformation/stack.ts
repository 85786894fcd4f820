import { entryOf } from '../entry-of.ts';
import { AwsError } from '../errors.ts';
import { INERT, recordInert } from './inert.ts';
import { evaluate } from './intrinsics.ts';
import { resolveParameters } from './parameters.ts';
import type { ParameterValue } from './parameters.ts';
import { finderOf, makerOf, refuseUnknownTypes } from './makers.ts';
import type { Created, Place } from './resource.ts';
import { createScope, inOrder, outputsOf, resourceOf, stackId } from './scope.ts';
import type { Template } from './template.ts';

export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  /** Why nothing acts upon it; absent for a resource that works. */
  readonly inert?: string;
}

export interface Stack {
  readonly name: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly account: string;
  readonly region: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly resources: readonly StackResource[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** By logical id, in the order in which they were made. */
  readonly made: ReadonlyMap<string, Made>;
}

/** A resource, and what it was made from. */
interface Made extends Created {
  readonly type: string;
  readonly properties: unknown;
  /** Whether its DeletionPolicy keeps it. */
  readonly isKept: boolean;
}

/**
 * Makes every resource of a template in the order of their references; with a stack before it, makes what is new, changes what is different,
 * and deletes what is gone. Throws before anything is made where a type is unknown; where a resource fails, all goes back to what was before.
 */
export async function makeStack(
  template: Template,
  overrides: Readonly<Record<string, string>>,
  place: Place,
  before?: Stack,
): Promise<Stack> {
  refuseUnknownTypes(template);
  const parameters = resolveParameters(template.Parameters, overrides);
  const made = new Map<string, Made>();
  const scope = createScope({ template, parameters, created: made, place });
  const undo: (() => unknown)[] = [];
  try {
    for (const logicalId of inOrder(template, scope)) {
      const { Type: type, Properties, DeletionPolicy = 'Delete' } = resourceOf(template, logicalId);
      const wanted = { type, properties: evaluate(Properties, scope), isKept: DeletionPolicy.startsWith('Retain') };
      const staysWhenUndone = DeletionPolicy === 'Retain';
      const around = { place, undo, staysWhenUndone, before: before?.made.get(logicalId) };
      made.set(logicalId, await ensure(logicalId, wanted, around));
    }
  } catch (error) {
    for (const step of undo.toReversed()) await step();
    throw error;
  }
  const gone = [...(before?.made ?? [])].filter(([logicalId]) => !made.has(logicalId));
  await removeAll(new Map(gone), place);
  return {
    name: place.stackName,
    id: stackId(place),
    createdAt: before?.createdAt ?? place.world.now(),
    account: place.account,
    region: place.region,
    parameters: Object.fromEntries(parameters),
    resources: [...made].map(([logicalId, { type, ref }]) => describe(logicalId, type, ref)),
    outputs: outputsOf(template, scope),
    tags: place.tags ?? {},
    made,
  };
}

interface Surroundings {
  readonly place: Place;
  readonly before: Made | undefined;
  /** What takes back what was done, the last last. */
  readonly undo: (() => unknown)[];
  /** What a creation made that fails: RetainExceptOnCreate keeps it from deletions only (CloudFormation guide, DeletionPolicy). */
  readonly staysWhenUndone: boolean;
}

async function ensure(
  logicalId: string,
  wanted: Pick<Made, 'type' | 'properties' | 'isKept'>,
  { place, before, undo, staysWhenUndone }: Surroundings,
): Promise<Made> {
  const { type, properties } = wanted;
  if (before !== undefined && before.type !== type)
    throw new AwsError('ValidationError', `Update of resource type is not permitted: ${logicalId}`);
  const inert = recordInert(type, logicalId, properties, place);
  if (inert !== undefined) return { ...inert, ...wanted };
  if (before !== undefined && inEffect(type, before.properties) === inEffect(type, properties))
    return { ...before, ...wanted };
  const imported = before === undefined ? place.imports?.get(logicalId) : undefined;
  if (imported !== undefined) return { ...(await takeOver(logicalId, type, { name: imported, place })), ...wanted };
  const make = makerOf(type);
  const verb = before === undefined ? 'CREATE' : 'UPDATE';
  try {
    const old = before && { created: before, properties: before.properties };
    const made = await make(logicalId, properties, place, old);
    const drop = staysWhenUndone ? undefined : made.remove;
    undo.push(() =>
      before === undefined ? drop?.() : make(logicalId, before.properties, place, { created: made, properties }),
    );
    place.report?.({ logicalId, type, physicalId: made.ref, status: `${verb}_COMPLETE` });
    return { ...made, ...wanted };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    place.report?.({ logicalId, type, physicalId: before?.ref ?? '', status: `${verb}_FAILED`, reason });
    throw error;
  }
}

/** Tags are kept of roles only. */
function inEffect(type: string, properties: unknown): string {
  return JSON.stringify(type === 'AWS::IAM::Role' ? properties : { ...Object(properties), Tags: undefined });
}

/** A resource that is there becomes one of the stack, as it is (CloudFormation guide, "Import AWS resources into a CloudFormation stack"). */
async function takeOver(
  logicalId: string,
  type: string,
  { name, place }: { name: string; place: Place },
): Promise<Created> {
  const found = await finderOf(type)(name, place);
  place.report?.({ logicalId, type, physicalId: name, status: 'IMPORT_COMPLETE' });
  return found;
}

/** A deletion that failed goes on where it stopped. */
const GONE = new WeakSet<Made>();

/** Deletes what no DeletionPolicy keeps, in the order opposite to that of creation. Throws where something cannot be deleted. */
export async function removeAll(resources: Stack['made'], { report }: Pick<Place, 'report'>): Promise<void> {
  for (const [logicalId, resource] of [...resources].toReversed()) {
    const { type, ref: physicalId, isKept, remove } = resource;
    if (!isKept && !GONE.has(resource)) await remove?.();
    GONE.add(resource);
    report?.({ logicalId, type, physicalId, status: isKept ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE' });
  }
}

function describe(logicalId: string, type: string, physicalId: string): StackResource {
  const inert = entryOf(INERT, type);
  return { logicalId, type, physicalId, ...(inert === undefined ? {} : { inert }) };
}
