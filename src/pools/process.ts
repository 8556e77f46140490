/** The process that the pools run in: the one place of `poolctl/pools` that knows it. */
export const environmentValue = (name: string): string | undefined => process.env[name];
