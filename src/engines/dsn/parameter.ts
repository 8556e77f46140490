/** What a DSN can say to poolctl, whatever its system calls it. Values are texts as written. */
export type Setting =
  | 'host'
  | 'hostAddress'
  | 'port'
  | 'user'
  | 'password'
  | 'passwordFile'
  | 'database'
  | 'socket'
  | 'tlsMode'
  | 'tlsSwitch'
  | 'tlsRequired'
  | 'tlsOff'
  | 'checkAuthority'
  | 'trustAny'
  | 'checkName'
  | 'prismaAccept'
  | 'javaFactory'
  | 'ca'
  | 'cert'
  | 'certMode'
  | 'key'
  | 'keyPassword'
  | 'revoked'
  | 'leastTls'
  | 'mostTls'
  | 'tlsVersions'
  | 'tlsNegotiation'
  | 'tlsDirect'
  | 'channelBinding'
  | 'requireAuth'
  | 'connectTimeoutSeconds'
  | 'connectTimeoutMs'
  | 'options'
  | 'schema'
  | 'searchPath'
  | 'wantedServer'
  | 'wantedServerJava'
  | 'hostOrder'
  | 'hostOrderJava'
  | 'service'
  | 'serviceFile';

/**
 * A parameter that a system documents for its DSNs, or some that poolctl treats alike. Exactly one of `as`, `refused` and
 * `unused` is there. Upper and lower case are the same in `names`.
 */
export interface DsnParameter {
  readonly names: readonly string[];
  /** libpq's variable for it, which counts where neither the DSN nor a service names it. */
  readonly env?: string;
  /** Honoured: what it sets. */
  readonly as?: Setting;
  /** Refused: why. */
  readonly refused?: string;
  /** Values of a refused one that ask for what poolctl does anyway, and are taken. */
  readonly harmless?: RegExp;
  /** Named in a warning: why poolctl has no use for it. */
  readonly unused?: string;
  /** A word on how it is honoured. */
  readonly note?: string;
}

/** A system, and everything that its manual lets a DSN say. */
export interface DsnSystem {
  readonly name: string;
  readonly protocol: 'postgres' | 'mysql';
  readonly source: string;
  readonly parameters: readonly DsnParameter[];
}

/** Whether a parameter holds a secret, after which nothing of a DSN is quoted: it may be a part of one. */
export const isSecret = /^(?:password\d?|passwd|sslpassword|.*(?:secret|storepassword|scram_.*_key)|passwordsha1)$/i;
