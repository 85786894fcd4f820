import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { ResealError } from '../../errors.ts';
import { clipped } from '../../problem.ts';
import { credentialsHint, whyOf } from '../sdk/service-error.ts';

/** Runs a function of the stack and answers what it answers (Lambda API, Invoke). Throws ResealError function-failed, with the words of the function or of Lambda. */
export function createInvoke(lambda: LambdaClient, functionName: string) {
  return async function invoke(payload: object): Promise<unknown> {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(payload)) });
    const answer = await lambda.send(command).catch((cause: unknown) => {
      const hint =
        credentialsHint(cause) ?? 'expected a function of this Region that you may run (lambda:InvokeFunction)';
      throw new ResealError('function-failed', `${functionName} was not run: ${whyOf(cause)}; ${hint}`, { cause });
    });
    const text = Buffer.from(answer.Payload ?? []).toString();
    if (answer.FunctionError === undefined) return JSON.parse(text);
    throw new ResealError('function-failed', `${functionName} failed: ${clipped(text, 1_000)}; its log says more`);
  };
}
