import { CreateKeyCommand, DescribeKeyCommand } from '@aws-sdk/client-kms';
import { keyFor } from '../../src/policy/document/named-keys.ts';
import { connect, type PlaceClients } from './endpoint.ts';
import type { ScenarioOptions } from './options.ts';
import type { Place } from './place.ts';
import type { Stage } from './stage.ts';
import type { Wanted } from './wanted.ts';

/** What is known of one place once its keys are there. */
export interface Scene {
  place: Place;
  clients: PlaceClients;
  wanted: Wanted;
  otherKey: string;
  partnerAccount: string;
  /** Clients of the partner account in the same Region. */
  partner: PlaceClients;
}

/** An account with which others share buckets, and its stand-in where it is the place's own. Reseal is in neither. */
const PARTNERS = ['444455556666', '777788889999'] as const;

export async function setScene(
  stage: Stage,
  place: Place,
  { standard }: Pick<ScenarioOptions, 'standard'>,
): Promise<Scene> {
  await stage.makeKeys(place);
  const clients = connect(stage.endpoint, place);
  const other = await clients.kms.send(new CreateKeyCommand({ Description: 'another team' }));
  const wanted = await wantedIn(clients, place, standard);
  const partnerAccount = PARTNERS.find((account) => account !== place.account) ?? PARTNERS[0];
  const partner = connect(stage.endpoint, { account: partnerAccount, region: place.region });
  return { place, clients, wanted, otherKey: other.KeyMetadata?.Arn ?? '', partnerAccount, partner };
}

/** What a standard means in one place. */
export async function wantedIn(
  { kms }: Pick<PlaceClients, 'kms'>,
  place: Place,
  { algorithm, bucketKey, key: choice }: ScenarioOptions['standard'],
): Promise<Wanted> {
  const key = keyFor(choice, place);
  const right = key === undefined ? undefined : await kms.send(new DescribeKeyCommand({ KeyId: key }));
  const keyArn = right?.KeyMetadata?.Arn;
  return { algorithm, bucketKey, ...(keyArn === undefined ? {} : { keyArn }) };
}
