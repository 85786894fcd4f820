/** The id that the organization of the embedded AWS always has. */
export const HUB_PARAMETERS = { OrganizationId: 'o-reseallocal' } as const;
