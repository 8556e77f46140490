/** Flags of every command that talks to a server. */
export const targetOptions = [
  ['--url-file <file>', 'read the DSN from a file'],
  ['--sslmode <mode>', 'disable, prefer (default), require, verify-ca, verify-full'],
  ['--ca <file>', "certificate of the server's authority (PEM)"],
  ['--timeout <time>', 'longest wait for each answer of the server (5s)'],
] as const;
