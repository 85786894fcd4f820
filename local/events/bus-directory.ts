import { AwsError } from '../errors.ts';

/** A bus by account, Region and name. */
export interface BusPlace {
  readonly account: string;
  readonly region: string;
  readonly bus: string;
}

export interface Bus extends BusPlace {
  readonly arn: string;
  /** The resource policy; undefined where there is none. */
  readonly policy: { readonly Version: string; readonly Statement: readonly object[] } | undefined;
}

export function busArn({ account, region, bus }: BusPlace): string {
  return `arn:aws:events:${region}:${account}:event-bus/${bus}`;
}

/** The place of a bus by its name or ARN; a name is one of the given account and Region. */
export function placeOf(nameOrArn: string, { account, region }: Omit<BusPlace, 'bus'>): BusPlace {
  const parts = /^arn:[^:]+:events:([^:]+):(\d{12}):event-bus\/(.+)$/.exec(nameOrArn);
  return parts === null
    ? { account, region, bus: nameOrArn }
    : { region: parts[1] ?? '', account: parts[2] ?? '', bus: parts[3] ?? '' };
}

/** Every bus: each account has a default one in each Region, which nobody creates. */
export class BusDirectory {
  #buses = new Map<string, Bus>();

  find(place: BusPlace): Bus | undefined {
    const arn = busArn(place);
    return this.#buses.get(arn) ?? (place.bus === 'default' ? { ...place, arn, policy: undefined } : undefined);
  }

  get(place: BusPlace): Bus {
    const bus = this.find(place);
    if (bus === undefined) throw new AwsError('ResourceNotFoundException', `Event bus ${place.bus} does not exist.`);
    return bus;
  }

  put(place: BusPlace, policy: Bus['policy']): void {
    const arn = busArn(place);
    this.#buses.set(arn, { account: place.account, region: place.region, bus: place.bus, arn, policy });
  }

  delete(place: BusPlace): void {
    this.#buses.delete(busArn(place));
  }

  list({ account, region }: Omit<BusPlace, 'bus'>): readonly Bus[] {
    const isHere = (bus: Bus): boolean => bus.account === account && bus.region === region;
    const own = [...this.#buses.values()].filter((bus) => isHere(bus) && bus.bus !== 'default');
    return [this.get({ account, region, bus: 'default' }), ...own];
  }
}
