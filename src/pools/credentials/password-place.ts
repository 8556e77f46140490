import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { environmentValue } from '../process.ts';

/** What a provider gives: the password, with the moment at which it ends if there is one. */
export type ProvidedPassword = string | { readonly value: string; readonly expiresAt?: Date | number | undefined };

/** Where a password is kept. It is read when a connection is opened, not when the pool is defined. */
export type PasswordPlace =
  /** The name of an environment variable. */
  | { readonly env: string }
  /** The path of a file; one line end at its end is no part of the password. Read for each connection, so changes are seen. */
  | { readonly file: string }
  /** A program and its arguments, run without a shell; its output is the password, as with a file. It has 10 s. */
  | { readonly command: readonly string[] }
  /** `expiresAt` is a Date, or a number of milliseconds or of seconds since 1970. */
  | (() => Promise<ProvidedPassword> | ProvidedPassword);

/** A password could not be had from its place. The message names the place, never what it gave. */
export class SecretUnavailableError extends Error {
  readonly code = 'SECRET_UNAVAILABLE';
  override readonly name = 'SecretUnavailableError';
}

const commandMs = 10_000;
const mostBytes = 65_536;
/** Smaller numbers are seconds: as milliseconds they would lie before 1973. */
const leastMs = 100_000_000_000;
const run = promisify(execFile);
const withoutLineEnd = (text: string) => text.replace(/\r?\n$/, '');

/** A password as it is now. */
export interface PasswordNow {
  readonly value: string;
  /** When it ends, in ms since 1970: Infinity where that is unknown, 0 where asking again costs nothing. */
  readonly expiresAtMs: number;
}

/**
 * The password, from its place.
 *
 * @throws SecretUnavailableError
 */
export async function readPassword(place: PasswordPlace): Promise<PasswordNow> {
  const password = await read(place).catch((error) => {
    throw new SecretUnavailableError(`${nameOf(place)} gave no password (${reasonOf(error)}).`);
  });
  if (typeof password.value === 'string' && password.value !== '') return password;
  throw new SecretUnavailableError(`${nameOf(place)} gave no password. Check what it holds.`);
}

const nearby = (value: string): PasswordNow => ({ value, expiresAtMs: 0 });
const lasting = (value: string): PasswordNow => ({ value, expiresAtMs: Number.POSITIVE_INFINITY });

async function read(place: PasswordPlace): Promise<PasswordNow> {
  if (typeof place === 'function') {
    const given = await place();
    if (typeof given === 'string') return lasting(given);
    const { value, expiresAt } = given;
    return expiresAt === undefined ? lasting(value) : { value, expiresAtMs: msOf(expiresAt) };
  }
  if ('env' in place) return nearby(environmentValue(place.env) ?? '');
  if ('file' in place) return nearby(withoutLineEnd(await textOfFile(place.file)));
  const [program = '', ...args] = place.command;
  const { stdout } = await run(program, args, { timeout: commandMs, maxBuffer: mostBytes });
  return lasting(withoutLineEnd(stdout));
}

/** No more is read than a password could have: some files never end. */
async function textOfFile(file: string): Promise<string> {
  const handle = await open(file);
  const pieces: Buffer[] = [];
  // It closes the file.
  for await (const piece of handle.createReadStream({ end: mostBytes })) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  if (bytes.length <= mostBytes) return bytes.toString('utf8');
  throw Object.assign(new Error('It is no password.'), { code: 'EFBIG' });
}

function msOf(moment: Date | number): number {
  const number = Number(moment);
  return moment instanceof Date || number >= leastMs ? number : number * 1_000;
}

function nameOf(place: PasswordPlace): string {
  if (typeof place === 'function') return 'The provider of the password';
  if ('env' in place) return `The environment variable ${place.env}`;
  if ('file' in place) return `The file ${place.file}`;
  return `The command ${place.command[0]}`;
}

/** Neither the message nor the output: both may hold the password. */
function reasonOf(error: unknown): string {
  const { code, killed, name } = Object(error);
  if (killed) return `it did not end within ${commandMs / 1_000} s`;
  return typeof code === 'number' ? `it ended with exit code ${code}` : String(code ?? name ?? 'it failed');
}
