export function longestPauseHours(schedule: string): number;
