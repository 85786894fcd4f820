// The Lambda side of the Runtime API, as plain JavaScript: it runs inside each function's own process and takes one
// invocation after the other. Lambda's own client needs a native build; the contract with the handler is the same.
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { env, argv } = process;
moveClock(Number(argv[2] ?? 0));
const runtimeApi = `http://${env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

// The pipe closes when the parent is gone, however it ended.
process.stdin.on('end', () => process.exit(1)).resume();

const handle = await loadHandler().catch(async (error) => {
  await call('POST', '/init/error', describe(error));
  process.exit(1);
});

for (;;) {
  const { headers, body } = await call('GET', '/invocation/next');
  const requestId = headers['lambda-runtime-aws-request-id'];
  env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  try {
    const result = await handle(JSON.parse(body), createContext(headers));
    await call('POST', `/invocation/${requestId}/response`, JSON.stringify(result) ?? 'null');
  } catch (error) {
    console.error(error);
    await call('POST', `/invocation/${requestId}/error`, describe(error));
  }
}

/** A function has the clock of AWS, which the embedded one may have put forward. */
function moveClock(aheadMs) {
  if (aheadMs === 0) return;
  const real = globalThis.Date;
  const now = () => real.now() + aheadMs;
  globalThis.Date = new Proxy(real, {
    get: (of, name) => (name === 'now' ? now : of[name]),
    construct: (of, given, as) => Reflect.construct(of, given.length === 0 ? [now()] : given, as),
    apply: () => new real(now()).toString(),
  });
}

/** Resolves `folder/file.export` as Lambda does: the last dot parts file and export. */
async function loadHandler() {
  const name = env._HANDLER;
  const dot = name.lastIndexOf('.');
  const stem = join(env.LAMBDA_TASK_ROOT, name.slice(0, dot));
  const file = ['.js', '.mjs', '.cjs'].map((extension) => stem + extension).find((path) => existsSync(path));
  if (!file) {
    throw named('Runtime.ImportModuleError', `Cannot find module '${name.slice(0, dot)}'`);
  }
  const loaded = await import(pathToFileURL(file).href);
  const found = loaded[name.slice(dot + 1)] ?? loaded.default?.[name.slice(dot + 1)];
  if (typeof found !== 'function') {
    throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  return found;
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

function createContext(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

function describe(error) {
  const isError = error instanceof Error;
  return JSON.stringify({
    errorType: isError ? error.name : typeof error,
    errorMessage: isError ? error.message : String(error),
    trace: isError && error.stack ? error.stack.split('\n') : [],
  });
}

function call(method, path, body) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const sent = request(`${runtimeApi}${path}`, { method, agent }, (response) => {
    const chunks = [];
    response.on('data', (chunk) => chunks.push(chunk));
    response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}
