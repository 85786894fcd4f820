declare module 'dynalite' {
  export interface DynaliteOptions {
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  /** What dynalite reads of a request; it takes the body from `data` and `end` events. */
  export interface DynaliteRequest extends NodeJS.EventEmitter {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  }

  /** What dynalite writes of a response. */
  export interface DynaliteResponse {
    statusCode: number;
    setHeader(name: string, value: string | number): void;
    end(body?: string): void;
  }

  export interface DynaliteServer {
    emit(event: 'request', request: DynaliteRequest, response: DynaliteResponse): boolean;
  }

  export default function dynalite(options?: DynaliteOptions): DynaliteServer;
}
