/** The SDK client of a service that may not be installed; undefined where it is not, and then its service is not served. */
export async function optionalClient(name: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const client: Readonly<Record<string, unknown>> = await import(name);
    return client;
  } catch (error) {
    // Not installed: nobody can call the service either.
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
