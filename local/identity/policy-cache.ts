/** Policies of resources and organizations are read on every call and changed rarely: each document is compiled once. */
export interface PolicyCache<Statement> {
  compiled(document: unknown): readonly Statement[];
}

/** Texts of policies that are gone stay in the cache until it is this full. */
const MOST_TEXTS = 1000;

export function createPolicyCache<Statement>(
  compile: (document: unknown) => readonly Statement[],
): PolicyCache<Statement> {
  const byObject = new WeakMap<object, readonly Statement[]>();
  const byText = new Map<string, readonly Statement[]>();
  return {
    compiled: (document) => {
      const known =
        typeof document === 'string'
          ? byText.get(document)
          : typeof document === 'object' && document !== null
            ? byObject.get(document)
            : undefined;
      if (known !== undefined) return known;
      const statements = compile(document);
      if (typeof document === 'string') {
        if (byText.size >= MOST_TEXTS) byText.clear();
        byText.set(document, statements);
      } else if (typeof document === 'object' && document !== null) {
        byObject.set(document, statements);
      }
      return statements;
    },
  };
}
