// What is given to a deployment: by --param, and by `params` in serverless.yml. Plain JavaScript, as the plugins are.
import { longestPauseHours } from './schedule-pause.mjs';

/** Name -> value of what is given: for all stages, for this one, and in the command, the last one wins. An empty value is a value. */
export function givenParameters(onCommandLine = [], inFile = {}, stage = '') {
  const pairs = onCommandLine.map((each) => [each.split('=', 1)[0], each.slice(each.indexOf('=') + 1)]);
  const valueOf = (value) => String(value?.value ?? value);
  const fromFile = Object.entries({ ...inFile.default, ...inFile[stage] }).map(([name, value]) => [
    name,
    valueOf(value),
  ]);
  return new Map([...fromFile, ...pairs]);
}

/**
 * Throws an Error where a name is none of those that `rules` has, or of `others`, where CloudFormation would refuse its value, or where two of them,
 * also those that the stack keeps (`previous`), do not go together.
 */
export async function checkParameters(given, rules, others, previous = new Map()) {
  const known = [...Object.keys(rules), ...others];
  const unknown = [...given.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    // A Node.js that is too old for TypeScript proposes nothing.
    const load = import('../src/nearest.ts');
    const meant = await load.then(({ nearest }) => nearest(unknown, known)).catch(() => undefined);
    const proposal = meant === undefined ? '' : ` Did you mean ${meant}?`;
    throw new Error(
      `--param ${unknown}: Reseal has no such parameter.${proposal} Expected one of ${known.join(', ')}.`,
    );
  }
  for (const [name, value] of given) if (!others.includes(name)) refuseValue(name, value, rules[name]);
  refuseLongPause((name) => given.get(name) ?? previous.get(name) ?? rules[name]?.Default);
}

/** Throws an Error where the alarm of a sweep that is overdue would ring between two sweeps. */
function refuseLongPause(valueOf) {
  const [schedule, within] = ['SweepSchedule', 'SweepWithinHours'].map(valueOf);
  const pause = longestPauseHours(schedule);
  if (pause < Number(within)) return;
  throw new Error(
    `--param SweepWithinHours: must be longer than the longest pause of SweepSchedule, because an alarm rings after it; ${schedule} pauses for ` +
      `${pause} hours, found ${within}. Set SweepWithinHours to at least ${Math.floor(pause) + 1}, and a few hours more for a sweep that takes long.`,
  );
}

/** By the rules of infra/parameters.yml. */
function refuseValue(name, value, { Description, ConstraintDescription, ...rules }) {
  const { Type, AllowedValues, AllowedPattern, MinValue = -Infinity, MaxValue = Infinity } = rules;
  const isOutside = !(/^\d+$/.test(value) && Number(value) >= MinValue && Number(value) <= MaxValue);
  const [slip] = [
    AllowedValues !== undefined && !AllowedValues.map(String).includes(value) && `one of ${AllowedValues.join(', ')}`,
    Type === 'Number' &&
      isOutside &&
      `a whole number ${MaxValue === Infinity ? `of at least ${MinValue}` : `from ${MinValue} to ${MaxValue}`}`,
    AllowedPattern !== undefined && !new RegExp(AllowedPattern).test(value) && `what fits ${AllowedPattern}`,
  ].filter(Boolean);
  if (slip === undefined) return;
  const must = ConstraintDescription ?? `must be ${slip}`;
  throw new Error(`--param ${name}: ${must}; found ${JSON.stringify(value)}. It sets: ${Description}.`);
}

/**
 * The parameters of a request to CloudFormation: those that are given, and for an update the previous value of every other one that the stack
 * has. Without it CloudFormation would take the default again (CloudFormation API, Parameter, UsePreviousValue).
 */
export function stackParameters(given, rules, previous) {
  return Object.keys(rules).flatMap((ParameterKey) => {
    const ParameterValue = given.get(ParameterKey);
    if (ParameterValue !== undefined) return [{ ParameterKey, ParameterValue }];
    return previous.has(ParameterKey) ? [{ ParameterKey, UsePreviousValue: true }] : [];
  });
}
