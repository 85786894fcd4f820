import path from 'node:path';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { connect, type PlaceClients } from '../endpoint.ts';
import { sweep } from '../invoke-sweep.ts';
import type { Place } from '../place.ts';
import { type Ending, type Scenario, type ScenarioAct, type ScenarioSetting, secondsSince } from '../scenario.ts';
import { type Deployed, NOT_DEPLOYED } from '../stage.ts';
import type { Wanted } from '../wanted.ts';
import { BUCKETS, CLASSES } from './cast-of-objects.ts';
import { type Cast, checkVersions, verifiedOtherwise } from './check-versions.ts';
import { beginUpload, complete, type Upload } from './make-objects.ts';
import { FAULTS, playedFaults, setFaults } from './objects-faults.ts';
import { objectsForPeople, objectsOffences, objectsResult } from './objects-result.ts';
import { confirmSuspended, type Meddled, meddle } from './people.ts';
import { castAs, keysOfCast, prepareCast } from './prepare-cast.ts';
import { readNamings } from './read-namings.ts';
import { readVersions } from './read-versions.ts';
import { verifyBucket } from './verify-bucket.ts';

const PLACE: Place = { account: '111111111111', region: 'eu-west-1' };

/** Under which the buckets are judged, and verified. */
export const POLICY = path.join(import.meta.dirname, 'policy.yaml');
const VERIFIED_AT_ONCE = 2;
/** Of thousands nobody reads all. */
const MOST_DIFFERENCES = 10;

/** The default of the stack. */
const MAX_ACTIVE_JOBS = 6;

/** S3 has restored every archive by then (S3 guide, "Understanding archive retrieval options", tier Standard). The schedule of open jobs comes every 6 hours. */
const HOURS_OF_RESTORE = 13;

/** What each act leaves to those after it. */
export interface ObjectsPlayed extends ScenarioSetting {
  account: string;
  objects: number;
  clients: PlaceClients;
  wanted: Wanted;
  cast: Cast[];
  uploads: Upload[];
  deployed: Deployed;
  faults: Awaited<ReturnType<typeof setFaults>>;
  meddled: Meddled;
  sweeps: number;
}

/** Every class of objects in one account, brought to its standard while calls fail and people meddle; then every version is read back. */
export function objectsScenario(setting: ScenarioSetting, objects: number): Scenario {
  const played: ObjectsPlayed = {
    ...setting,
    account: PLACE.account,
    objects,
    clients: connect(setting.stage.endpoint, PLACE),
    wanted: { algorithm: 'aws:kms', bucketKey: true },
    cast: [],
    uploads: [],
    deployed: NOT_DEPLOYED,
    faults: [],
    meddled: { cancelled: { tried: 0, of: 0 }, replaced: 0, confirmed: 0 },
    sweeps: 0,
  };
  return {
    acts: [...before(played), ...mended(played)],
    seconds: 300 + (CLASSES.length * objects) / 20,
    end: (startedMs) => endingOf(played, startedMs),
  };
}

function before(played: ObjectsPlayed): ScenarioAct[] {
  const { stage, clients, objects } = played;
  return [
    {
      says: `${CLASSES.length} classes of objects in ${Object.keys(BUCKETS).length} buckets, before Reseal`,
      for: 'the buckets and their objects',
      play: async () => {
        await stage.makeKeys(PLACE);
        const { KeyMetadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId: 'alias/reseal' }));
        const keyArn = KeyMetadata?.Arn ?? '';
        const keys = await keysOfCast(clients.kms, keyArn);
        played.wanted = { ...played.wanted, keyArn };
        played.cast = await prepareCast({ s3: clients.s3, stage, region: PLACE.region, keys, objects });
        const inFlight = Array.from({ length: objects }, (_, at) => ({
          bucket: 'objects-uploads',
          key: `upload-in-flight/${at}`,
        }));
        for (const each of inFlight) played.uploads.push(await beginUpload(clients.s3, each));
      },
    },
    {
      for: 'the stack',
      play: async () => {
        played.progress.say(`${played.cast.length} versions of objects, and ${played.uploads.length} uploads begun`);
        played.deployed = await stage.deploy(PLACE);
      },
    },
  ];
}

function mended(played: ObjectsPlayed): ScenarioAct[] {
  const { stage, clients } = played;
  return [
    {
      says: 'Reseal deployed; a sweep repairs every bucket and queues the jobs, while calls fail, a job is cancelled and objects are replaced',
      for: 'the jobs of the first sweep',
      play: async (over) => {
        played.faults = await setFaults(stage.endpoint, FAULTS);
        // Nobody hears how the jobs of one bucket end, until the schedule asks.
        stage.loseEvents(({ name, bucket }) => name === 'JobStatusChanged' && bucket === 'objects-acls');
        const done = new AbortController();
        const people = meddle(played, AbortSignal.any([done.signal, over]));
        await swept(played);
        done.abort();
        await people;
      },
    },
    {
      says: 'people confirm what is above its ceiling, and complete their uploads; the next sweeps find what is left',
      for: 'the jobs of the later sweeps',
      play: async () => {
        await confirmSuspended(played);
        await stage.settle();
        await completeUploads(played);
        for (let more = 0; more < 2; more += 1) await swept(played);
      },
    },
    {
      says: `${HOURS_OF_RESTORE} hours go by: archives are restored and copied, and the schedule asks for jobs whose end nobody heard`,
      for: 'restored objects, and jobs whose end nobody heard',
      play: async () => {
        await stage.later(HOURS_OF_RESTORE);
        await stage.settle();
        await swept(played);
      },
    },
  ];

  async function completeUploads({ uploads, cast }: ObjectsPlayed): Promise<void> {
    for (const upload of uploads) await complete(clients.s3, upload);
    const isUpload = ({ key }: { key: string }) => key.startsWith('upload-in-flight/');
    cast.push(...stage.stored('objects-uploads').filter(isUpload).map(castAs));
  }
}

async function swept(played: ObjectsPlayed): Promise<void> {
  const { stage, clients, deployed } = played;
  played.sweeps += 1;
  await sweep(clients, deployed.sweepFunction);
  await stage.settle();
}

async function endingOf(played: ObjectsPlayed, startedMs: number): Promise<Ending> {
  const { stage, clients, wanted, cast, deployed, progress } = played;
  progress.say('reading every version of every object back');
  const after = await Promise.all(Object.keys(BUCKETS).map((bucket) => readVersions(clients.s3, stage.stored(bucket))));
  const { namings, jobs } = await readNamings(clients, deployed.ledgerTable);
  progress.say('reseal verify reads every bucket, and has to find the same');
  const verify = (bucket: string) => verifyBucket(bucket, { endpoint: stage.endpoint, place: PLACE, policy: POLICY });
  const buckets = Object.keys(BUCKETS);
  // Each is a process of its own.
  for (let at = 0; at < buckets.length; at += VERIFIED_AT_ONCE)
    namings.push(...(await Promise.all(buckets.slice(at, at + VERIFIED_AT_ONCE).map(verify))).flat());
  const strong = { ...wanted, algorithm: 'aws:kms:dsse' } as const;
  const wantedIn = (bucket: string) => (bucket === 'objects-own-dsse' ? strong : wanted);
  const evidence = { after: after.flat(), namings, wanted: wantedIn };
  const checked = checkVersions({ before: cast, ...evidence });
  const faults = await playedFaults(stage.endpoint, played.faults);
  const { meddled, sweeps } = played;
  const told = { faults, meddled, sweeps, mostJobs: stage.mostJobs(), seconds: secondsSince(startedMs) };
  const result = objectsResult(checked, jobs, told);
  return {
    result,
    forPeople: (columns) => objectsForPeople(result, columns),
    offences: [
      ...objectsOffences(result, checked, { maxActiveJobs: MAX_ACTIVE_JOBS }),
      ...verifiedOtherwise(evidence).slice(0, MOST_DIFFERENCES),
    ],
  };
}
