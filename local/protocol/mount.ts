import type { RawService, ServiceDefinition } from '../service.ts';
import { createAwsJson } from './aws-json.ts';
import { createAwsQuery } from './aws-query.ts';
import { readModel, type Model } from './model.ts';
import type { Received } from './request.ts';
import { createRestJson } from './rest-json.ts';
import { createRestXml } from './rest-xml.ts';
import type { Wire } from './wire.ts';

/** A service behind the endpoint. */
export type Mounted = MountedModel | { readonly kind: 'raw'; readonly service: RawService };

export interface MountedModel {
  readonly kind: 'modelled';
  readonly service: ServiceDefinition;
  readonly wire: Wire;
}

/** Reads the service's model and checks its table against it: an operation that the model lacks, or without permissions, is a mistake of ours. */
export function mount(service: ServiceDefinition | RawService): Mounted {
  if ('handle' in service) return { kind: 'raw', service };
  const { model, wire } = modelOf(service);
  for (const name of Object.keys(service.operations)) {
    if (!model.operations.has(name))
      throw new Error(`${service.id} emulates ${name}, which ${model.namespace} does not have`);
    if (service.permissions[name] === undefined)
      throw new Error(`${service.id} emulates ${name} without an entry in its permissions`);
  }
  return { kind: 'modelled', service, wire };
}

interface ReadModel {
  readonly model: Model;
  readonly wire: Wire;
}

/** What was read of each SDK client: every server of a process needs the same, and to read it is half of a server's start. */
const models = new WeakMap<ServiceDefinition['sdk'], ReadModel>();

function modelOf({ sdk, protocol }: ServiceDefinition): ReadModel {
  const known = models.get(sdk);
  if (known !== undefined) return known;
  const model = readModel(sdk);
  const read = { model, wire: createWire(protocol, model) };
  models.set(sdk, read);
  return read;
}

/** S3 Control shares S3's signing name; its path alone could be a bucket of that name, so the account id must be there as well. */
export function findMounted(mounted: readonly Mounted[], request: Received, signingName: string): Mounted | undefined {
  const candidates = mounted.filter((one) => one.service.signingName === signingName);
  const byPath = candidates.find((one) => hasPathPrefix(one, request));
  return byPath ?? candidates.find((one) => one.kind === 'raw' || one.service.pathPrefix === undefined);
}

function hasPathPrefix(mounted: Mounted, request: Received): boolean {
  const prefix = mounted.kind === 'modelled' ? mounted.service.pathPrefix : undefined;
  const namesAccount = request.headers['x-amz-account-id'] !== undefined || request.accountFromHost !== undefined;
  return prefix !== undefined && namesAccount && request.path.startsWith(prefix);
}

function createWire(protocol: ServiceDefinition['protocol'], model: Model): Wire {
  switch (protocol) {
    case 'restXml':
      return createRestXml(model);
    case 'restJson1':
      return createRestJson(model);
    case 'awsJson1.0':
      return createAwsJson(model, '1.0');
    case 'awsJson1.1':
      return createAwsJson(model, '1.1');
    case 'awsQuery':
      return createAwsQuery(model);
  }
}
