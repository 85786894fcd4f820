import { createAnnouncedMemory, createChangeLog, createVerdictOf } from '../aws/ledger/change-log.ts';
import { createEventBus } from '../aws/channel/event-bus.ts';
import { createFindings } from '../aws/channel/findings.ts';
import { createOwedNews } from '../aws/ledger/open-index.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import { createTopic } from '../aws/channel/topic.ts';
import { present } from '../present.ts';
import type { AnnounceDeps } from '../remediation/announce-change.ts';
import { createAnnounceClients } from './hub-clients.ts';
import { readSettings } from './config.ts';
import { createMembers } from './members.ts';
import type { Process } from './process.ts';

/** The function announce-change, wired from its environment. Throws ResealError naming every setting that is missing. */
export function wireAnnounce(process: Process): AnnounceDeps {
  const settings = readSettings([
    'AWS_REGION',
    'LEDGER_TABLE',
    'MEMBER_ROLE',
    'NOTIFY_TOPIC_ARN',
    'PARTITION',
    'SECURITY_HUB',
  ]);
  const { LEDGER_TABLE: table, NOTIFY_TOPIC_ARN: topicArn, PARTITION: partition } = settings;
  const clients = createAnnounceClients(settings.AWS_REGION);
  const hubIn = createMembers(settings, (place, credentials) =>
    createAnnounceClients(place.region, credentials).securityHub(),
  );
  const now = () => new Date();
  const onOdd = (error: unknown) => process.log.error('item not read', { error: messageOf(error) });
  return {
    changeLog: createChangeLog(clients.dynamoDb(), table),
    verdictOf: createVerdictOf(clients.dynamoDb(), table),
    owedNews: createOwedNews(clients.dynamoDb(), table, onOdd),
    memory: createAnnouncedMemory(clients.dynamoDb(), table),
    eventBus: createEventBus(clients.eventBridge(), partition),
    ...present({
      topic: topicArn === 'none' ? undefined : createTopic(clients.sns(), topicArn),
      findings: settings.SECURITY_HUB === 'off' ? undefined : createFindings(hubIn, { partition, now }),
    }),
    resting: new Map(),
    log: process.log,
    now,
  };
}
