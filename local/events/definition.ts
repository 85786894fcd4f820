import * as sdk from '@aws-sdk/client-eventbridge';
import type { ServiceDefinition } from '../service.ts';
import { onlySupported } from '../supported-members.ts';
import type { Events } from '../world.ts';
import { createPutEvents, putEventsPermissions } from './put-events.ts';

/** EventBridge on the wire: events of one's own. Rules come from a template. */
export function eventsDefinition(events: Events): ServiceDefinition {
  return {
    id: 'events',
    signingName: 'events',
    protocol: 'awsJson1.1',
    sdk,
    operations: onlySupported('events', { PutEvents: createPutEvents(events) }, { PutEvents: ['Entries'] }),
    permissions: { PutEvents: putEventsPermissions },
  };
}
