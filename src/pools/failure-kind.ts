/**
 * Why no connection came about:
 * - `network`: no answer, refused, reset, unknown host, or too late;
 * - `starting`: the server starts up or shuts down;
 * - `auth`: user, password or the host it comes from is refused;
 * - `database`: there is no such database, or the user may not use it;
 * - `full`: the server or a pooler before it has no connection left;
 * - `tls`: no agreement on encryption or the certificate;
 * - `secret`: the password could not be read;
 * - `other`: anything else.
 */
export type FailureKind = 'network' | 'starting' | 'auth' | 'database' | 'full' | 'tls' | 'secret' | 'other';
