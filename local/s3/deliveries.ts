/** Why a delivery wrote nothing. */
export interface DeliveryFailure {
  /** For example SseS3Only; a code of S3 or KMS where one of them refused. */
  readonly code: string;
  readonly message: string;
  readonly time: Date;
}

/** What one service has delivered from one source to one bucket. */
export interface Delivery {
  readonly service: string;
  /** The bucket or resource that it is about. */
  readonly source: string;
  readonly target: string;
  readonly delivered: number;
  readonly failed: number;
  readonly lastFailure: DeliveryFailure | undefined;
}

export type Route = Pick<Delivery, 'service' | 'source' | 'target'>;

/** What services wrote into buckets by themselves, and what of it failed. AWS shows none of this: its deliveries fail in silence. */
export class Deliveries {
  readonly #byRoute = new Map<string, Delivery>();

  succeeded(route: Route): void {
    const known = this.#of(route);
    this.#set({ ...known, delivered: known.delivered + 1 });
  }

  failed(route: Route, failure: DeliveryFailure): void {
    const known = this.#of(route);
    this.#set({ ...known, failed: known.failed + 1, lastFailure: failure });
  }

  /** In the order of their first delivery. */
  list(): Delivery[] {
    return [...this.#byRoute.values()];
  }

  #of({ service, source, target }: Route): Delivery {
    const known = this.#byRoute.get(keyOf({ service, source, target }));
    return known ?? { service, source, target, delivered: 0, failed: 0, lastFailure: undefined };
  }

  #set(delivery: Delivery): void {
    this.#byRoute.set(keyOf(delivery), delivery);
  }
}

function keyOf({ service, source, target }: Route): string {
  return JSON.stringify([service, source, target]);
}
