import { AwsError } from '../errors.ts';
import type { WireRequest, WireResponse } from '../service.ts';
import { answer, bodyOf, errorCode, withBody } from './answer.ts';
import { captureWrite } from './captured-write.ts';
import { withOldItem } from './condition-failure.ts';
import { createEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { asJson } from './json.ts';
import type { Json } from './json.ts';
import { readEncryption } from './encryption.ts';
import { createHashKeys } from './hash-keys.ts';
import { namesIn } from './key.ts';
import { createRequestTokens } from './request-tokens.ts';
import type { RequestTokens } from './request-tokens.ts';
import { createRun } from './run.ts';
import type { Run } from './run.ts';
import { readStreamSpecification } from './stream-specification.ts';
import { TableStream } from './table-stream.ts';
import { transactWrite } from './transact-write.ts';
import { createTurns } from './turns.ts';

export interface Place {
  readonly account: string;
  readonly region: string;
  readonly now: () => Date;
}

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'];
const TABLE_CHANGES = ['CreateTable', 'UpdateTable', 'DeleteTable'];

/** One account's tables in one Region: dynalite, with the transactions, streams and old items that it lacks. */
export class Database {
  #engine: Engine;
  #run: Run;
  #place: Place;
  #tokens: RequestTokens;
  #turns = createTurns();
  /** By table name. */
  #streams = new Map<string, TableStream>();
  #hashKeys = createHashKeys();
  #keyIds = new Map<string, string>();
  /** The tables that nobody may delete. */
  #protected = new Set<string>();

  /** The name of the attribute that items are grouped by, in the table or in one of its indexes; undefined where there is neither. */
  readonly hashKeyOf = this.#hashKeys.of;

  constructor(place: Place) {
    this.#place = place;
    this.#engine = createEngine(place.account, place.region);
    this.#run = createRun(this.#engine);
    this.#tokens = createRequestTokens(place.now);
  }

  /** The customer key that a table is under. */
  keyIdOf(table: string): string | undefined {
    return this.#keyIds.get(table);
  }

  /** Answers a request whose members are known to be supported; `request` brings the headers. */
  answer(operation: string, input: Json, request: WireRequest): Promise<WireResponse> {
    const isChange = [...WRITES, ...TABLE_CHANGES].includes(operation);
    return isChange
      ? this.#turns.alone(() => this.#change(operation, input, request))
      : this.#turns.together(async () => this.#described(await this.#forward(input, request)));
  }

  /** The stream of that ARN. Throws ResourceNotFoundException. */
  stream(arn: string): TableStream {
    const found = [...this.#streams.values()].find((stream) => stream.arn === arn);
    if (found === undefined) {
      throw new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`);
    }
    return found;
  }

  async #change(operation: string, input: Json, request: WireRequest): Promise<WireResponse> {
    if (operation === 'CreateTable') return this.#createTable(input, request);
    if (operation === 'UpdateTable') return this.#updateTable(input);
    if (operation === 'DeleteTable') return this.#deleteTable(input, request);
    const write = (): Promise<WireResponse> =>
      operation === 'TransactWriteItems' ? this.#transact(input) : this.#writeItems(input, request);
    const streamOf = (table: string): TableStream | undefined => this.#streams.get(table);
    return captureWrite({ operation, input, streamOf, run: this.#run, write });
  }

  async #writeItems(input: Json, request: WireRequest): Promise<WireResponse> {
    const { ReturnValuesOnConditionCheckFailure: onFailure, ...forwarded } = input;
    const response = await this.#forward(forwarded, request);
    return onFailure === 'ALL_OLD' ? withOldItem({ response, input, run: this.#run }) : response;
  }

  async #transact(input: Json): Promise<WireResponse> {
    if (this.#tokens.isDone(input)) return answer(200, {});
    const response = await transactWrite(input, this.#engine);
    if (response.status === 200) this.#tokens.remember(input);
    return response;
  }

  async #createTable(
    { StreamSpecification: specification, SSESpecification: encryption, ...rest }: Json,
    request: WireRequest,
  ): Promise<WireResponse> {
    const { DeletionProtectionEnabled: isProtected, ...input } = rest;
    const viewType = readStreamSpecification(specification);
    const keyId = readEncryption(encryption);
    const response = await this.#forward(input, request);
    if (errorCode(response) === undefined) {
      this.#hashKeys.put(input);
      if (keyId !== undefined) this.#keyIds.set(String(input['TableName']), keyId);
      if (isProtected === true) this.#protected.add(String(input['TableName']));
    }
    if (errorCode(response) === undefined && viewType !== undefined) {
      const { account, region, now } = this.#place;
      const table = String(input['TableName']);
      const label = now().toISOString().slice(0, -1);
      const arn = `arn:aws:dynamodb:${region}:${account}:table/${table}/stream/${label}`;
      this.#streams.set(table, new TableStream({ arn, label, viewType, keyNames: namesIn(input['KeySchema']), now }));
    }
    return this.#described(response);
  }

  async #updateTable({ TableName, DeletionProtectionEnabled: isProtected }: Json): Promise<WireResponse> {
    const { Table } = await this.#run('DescribeTable', { TableName });
    this.#protected.delete(String(TableName));
    if (isProtected === true) this.#protected.add(String(TableName));
    return this.#described(answer(200, { TableDescription: Table }));
  }

  async #deleteTable(input: Json, request: WireRequest): Promise<WireResponse> {
    if (this.#protected.has(String(input['TableName']))) {
      throw new AwsError(
        'ValidationException',
        `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first. (${String(input['TableName'])})`,
      );
    }
    const response = this.#described(await this.#forward(input, request));
    if (errorCode(response) === undefined) {
      this.#streams.delete(String(input['TableName']));
      this.#keyIds.delete(String(input['TableName']));
    }
    return response;
  }

  /** Adds what the engine does not know to a table's description. */
  #described(response: WireResponse): WireResponse {
    if (response.status !== 200 || this.#streams.size + this.#protected.size + this.#keyIds.size === 0) return response;
    const body = bodyOf(response);
    const name = ['Table', 'TableDescription'].find((member) => body[member] !== undefined);
    const table = asJson(name === undefined ? undefined : body[name]);
    if (name === undefined) return response;
    const stream = this.#streams.get(String(table['TableName']));
    const described = stream && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
      LatestStreamLabel: stream.label,
      LatestStreamArn: stream.arn,
    };
    const DeletionProtectionEnabled = this.#protected.has(String(table['TableName']));
    const key = this.#keyIds.get(String(table['TableName']));
    const encrypted = key && { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: key } };
    return withBody(response, { ...body, [name]: { ...table, DeletionProtectionEnabled, ...described, ...encrypted } });
  }

  #forward(input: Json, request: WireRequest): Promise<WireResponse> {
    return this.#engine.send({ ...request, body: Buffer.from(JSON.stringify(input)) });
  }
}
