import { CONTEXT } from './lambda-input.ts';

/** Runs in a process of its own: imports the handler of a module, invokes it once and sends what came of it to the parent. */
const [module = '', payload = ''] = process.argv.slice(2);

async function invoke(): Promise<object> {
  try {
    const { handler }: { handler: (event: unknown, context: typeof CONTEXT) => Promise<unknown> } = await import(
      module
    );
    // The time of the function sweep, which no other one waits for.
    return { result: await handler(JSON.parse(payload), { ...CONTEXT, getRemainingTimeInMillis: () => 900_000 }) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { error: { name: error.name, message: error.message, ...('code' in error ? { code: error.code } : {}) } };
  }
}

process.send?.(await invoke());
process.disconnect();
