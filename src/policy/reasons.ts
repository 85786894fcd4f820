import catalogue from './reasons.json' with { type: 'json' };

/** What one reason code means and what people can do about it. */
export interface ReasonMeaning {
  /** The verdict that it comes with, or `any verdict`; `objects`: it names objects that no job re-encrypts; `message`: it answers a message alone. */
  with: string;
  meaning: string;
  remedy: string;
}

/** Every reason code. A code that is not in the catalogue does not compile. */
export type ReasonCode = keyof typeof catalogue;

/** The one catalogue: docs/reasons.md and `reseal policy explain` are rendered from it. */
export const REASONS: Readonly<Record<ReasonCode, ReasonMeaning>> = catalogue;
