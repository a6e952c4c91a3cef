/**
 * This machine's own clock, in whole seconds since 1970: for programs that run beside the service and without its
 * database (the witness). Within the service the database's clock decides (law 8).
 */
export const machineSeconds = (): number => Math.floor(Date.now() / 1000);
