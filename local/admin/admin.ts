import type { WireRequest, WireResponse } from '../service.ts';
import type { Activity, Events, Keys } from '../world.ts';
import type { DataEvents } from '../events/data-events.ts';
import type { EventLog } from '../events/event-log.ts';
import { putForward } from './put-forward.ts';
import { changeSettings, type BatchSettings } from './batch-settings.ts';
import { answerDeliveries, deliverAsService, type DeliveryDeps } from './deliver.ts';
import { answerIdle, answerSettle } from './idle.ts';
import { json } from './json.ts';
import { answerLogs, type FunctionLines } from './logs.ts';
import { putObject, showObject } from './objects.ts';
import { changeOrganization, showOrganization } from './organization.ts';
import type { Organization } from '../organizations/organization.ts';
import type { SeedObject } from './objects.ts';
import type { AskedObject, DescribedObject } from '../s3/describe-object.ts';
import { answerServiceRead } from './service-read.ts';
import { changeTrail, showTrails } from './trail.ts';
import type { ServiceRead } from '../s3/service-read.ts';
import { entryOf } from '../entry-of.ts';
import { putOnBus } from './recorded-event.ts';

export interface AdminDeps {
  readonly activity: Activity;
  readonly endDelays: () => void;
  readonly events: Events;
  readonly eventLog: EventLog;
  readonly seedObject: SeedObject;
  readonly describeObject: (asked: AskedObject) => DescribedObject;
  readonly keys: Pick<Keys, 'resolve'>;
  readonly logs: () => readonly FunctionLines[];
  readonly notifications: () => readonly object[];
  readonly services: DeliveryDeps;
  readonly organization: Organization;
  readonly readAsService: (asked: ServiceRead) => Buffer;
  readonly batchSettings: BatchSettings;
  readonly dataEvents: DataEvents;
  readonly now: () => Date;
  /** So much time goes by at once, for the services, their schedules and the functions alike. */
  readonly forward: (ms: number) => void;
  /** Lets the newest storage metrics tell what is in the buckets now. */
  readonly makeMetricsCurrent: () => void;
  /** Answers /_local/faults. */
  readonly faults: (request: WireRequest) => WireResponse;
}

type Route = (request: WireRequest, deps: AdminDeps) => WireResponse | Promise<WireResponse>;

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /_local/idle': (request, { activity }) => answerIdle(request, activity),
  'POST /_local/settle': (request, { activity, endDelays }) => answerSettle(request, activity, endDelays),
  'GET /_local/events': (_request, { eventLog }) => json(200, { events: eventLog.events }),
  'GET /_local/logs': (request, { logs }) => answerLogs(request, logs),
  'GET /_local/notifications': (_request, { notifications }) => json(200, { notifications: notifications() }),
  'POST /_local/bus': (request, { events }) => putOnBus(request, events),
  'GET /_local/deliveries': (_request, { services }) => answerDeliveries(services),
  'POST /_local/deliver': (request, { services }) => deliverAsService(request, services),
  'POST /_local/read': (request, { readAsService }) => answerServiceRead(request, readAsService),
  'GET /_local/organization': (_request, { organization }) => showOrganization(organization),
  'POST /_local/organization': (request, { organization }) => changeOrganization(request, organization),
  'GET /_local/batch': (_request, { batchSettings }) => json(200, batchSettings),
  'POST /_local/batch': (request, { batchSettings }) => changeSettings(request, batchSettings),
  'GET /_local/trail': (_request, { dataEvents }) => showTrails(dataEvents),
  'POST /_local/trail': (request, { dataEvents }) => changeTrail(request, dataEvents),
  'POST /_local/clock': (request, deps) => putForward(request, deps),
  'POST /_local/metrics': (_request, { makeMetricsCurrent }) => {
    makeMetricsCurrent();
    return json(200, { current: true });
  },
  'GET /_local/objects': (request, { describeObject }) => showObject(request, describeObject),
  'POST /_local/objects': (request, { seedObject, keys }) => putObject(request, { seedObject, keys }),
};

/** Everything below `/_local/`, which is no AWS: what tests and people ask the embedded AWS itself. */
export function createAdmin(deps: AdminDeps): (request: WireRequest) => Promise<WireResponse> {
  return async (request) => {
    const path = request.target.split('?')[0] ?? '';
    if (path === '/_local/faults') {
      return deps.faults(request);
    }
    const route = entryOf(ROUTES, `${request.method} ${path}`);
    return route
      ? route(request, deps)
      : json(404, {
          error: `nothing answers ${request.method} ${path}`,
          exists: [...Object.keys(ROUTES), 'GET, POST or DELETE /_local/faults'],
        });
  };
}
