/** The rules of a parameter in a template. */
type Rules = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export function givenParameters(
  onCommandLine?: readonly string[],
  inFile?: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  stage?: string,
): Map<string, string>;

export function checkParameters(
  given: ReadonlyMap<string, string>,
  rules: Rules,
  others: readonly string[],
  previous?: ReadonlyMap<string, string>,
): Promise<void>;

export function stackParameters(
  given: ReadonlyMap<string, string>,
  rules: Rules,
  previous: Pick<ReadonlySet<string>, 'has'>,
): ({ ParameterKey: string; ParameterValue: string } | { ParameterKey: string; UsePreviousValue: true })[];
