import { ranked } from './ranked.ts';

/** The environment by which `npm run mutants` tells Stryker's processes what to try. */
export const SAMPLE = { seed: 'RESEAL_MUTANTS_SEED', count: 'RESEAL_MUTANTS_COUNT' };

interface Node {
  type: string;
  value?: unknown;
  quasis?: { value: { raw: string } }[];
}

const WORDS = /[a-z]{2,},? [a-z]/i;

/** What people read: a test that knows every word of it would say nothing more. */
const sentences = {
  shouldIgnore({ node }: { node: Node }): string | undefined {
    const texts =
      node.type === 'StringLiteral' ? [String(node.value)] : (node.quasis ?? []).map(({ value }) => value.raw);
    return texts.some((text) => WORDS.test(text)) ? 'a sentence for people' : undefined;
  },
};

interface Mutant {
  id: string;
}

/** Lets the mutants of the sample through; a mutant that is none is reported as one that does not compile. */
class Sample {
  readonly #chosen = new Set<string>();

  async init(): Promise<void> {}

  async group(mutants: Mutant[]): Promise<string[][]> {
    const { [SAMPLE.seed]: seed = '', [SAMPLE.count]: count } = process.env;
    for (const { id } of ranked(mutants, seed, Number(count))) this.#chosen.add(id);
    return mutants.length === 0 ? [] : [mutants.map(({ id }) => id)];
  }

  async check(mutants: Mutant[]): Promise<Record<string, object>> {
    const left = { status: 'compileError', reason: 'not in the sample' };
    return Object.fromEntries(mutants.map(({ id }) => [id, this.#chosen.has(id) ? { status: 'passed' } : left]));
  }
}

/** Read by Stryker (https://stryker-mutator.io/docs/stryker-js/guides/create-a-plugin/). */
export const strykerPlugins = [
  { kind: 'Ignore', name: 'sentences', value: sentences },
  { kind: 'Checker', name: 'sample', injectableClass: Sample },
];
