import type { BusEvent } from '../world.ts';

/**
 * What may befall an event on its way to the rules; CloudTrail and EventBridge promise neither exactly one delivery nor any order.
 * `reorder` holds an event back until the next one of the same kind of fault or any other event has passed it.
 */
export type EventFault =
  | { readonly kind: 'lose' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'reorder' };

export interface EventFaultOptions {
  /** How many events it befalls; 1 where absent. */
  readonly times?: number;
  /** Only events that this says yes to. */
  readonly when?: (event: BusEvent) => boolean;
  /** ARN of the bus on which another bus hands the event on; where absent, events are befallen on their first bus. */
  readonly bus?: string;
}

interface Planned {
  readonly fault: EventFault;
  readonly when: (event: BusEvent) => boolean;
  readonly bus: string | undefined;
  left: number;
}

/** Plays the planned faults. `route` takes an event to the rules; `begin` marks one that is held back as under way. */
export class EventFaults {
  #planned: Planned[] = [];
  #heldBack: (() => void)[] = [];
  #begin: () => () => void;

  constructor(begin: () => () => void) {
    this.#begin = begin;
  }

  add(fault: EventFault, { times = 1, when = () => true, bus }: EventFaultOptions = {}): void {
    this.#planned.push({ fault, when, bus, left: times });
  }

  clear(): void {
    this.#planned = [];
    this.#releaseHeldBack();
  }

  /** `bus` is the one that it is handed to; undefined on its first one. */
  pass(event: BusEvent, route: (event: BusEvent) => void, bus?: string): void {
    const fault = this.#take(event, bus);
    switch (fault?.kind) {
      case undefined:
        route(event);
        this.#releaseHeldBack();
        return;
      case 'lose':
        return;
      case 'duplicate':
        route(event);
        route(event);
        return;
      case 'delay':
        this.#later(fault.ms, event, route);
        return;
      case 'reorder':
        this.#holdBack(event, route);
        return;
    }
  }

  #take(event: BusEvent, bus: string | undefined): EventFault | undefined {
    const planned = this.#planned.find((one) => one.left > 0 && one.bus === bus && one.when(event));
    if (planned) {
      planned.left--;
    }
    return planned?.fault;
  }

  #later(ms: number, event: BusEvent, route: (event: BusEvent) => void): void {
    const over = this.#begin();
    setTimeout(() => {
      route(event);
      over();
    }, ms);
  }

  #holdBack(event: BusEvent, route: (event: BusEvent) => void): void {
    const over = this.#begin();
    this.#heldBack.push(() => {
      route(event);
      over();
    });
  }

  #releaseHeldBack(): void {
    this.#heldBack.splice(0).forEach((release) => release());
  }
}
