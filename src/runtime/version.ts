/** The version of package.json: each line of a function's log has it. */
export const VERSION = '0.2.0';
