import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { environmentValue } from '../process.ts';

/** A secret and when it ends. */
export interface SecretValue {
  readonly value: string;
  /** A moment of the wall clock: a Date, or a number of milliseconds or of seconds since 1970. */
  readonly expiresAt?: Date | number | undefined;
}

/** Where a password comes from. It is asked for when a connection is opened, not when the pool is defined. */
export type SecretSource =
  /** The name of an environment variable. */
  | { readonly env: string }
  /** The path of a file; one line end at its end is no part of the secret. Read anew for each connection. */
  | { readonly file: string }
  /** A program and its arguments, run without a shell; its output is the secret. It has 10 s. */
  | { readonly command: readonly string[] }
  | (() => Promise<SecretValue | string> | SecretValue | string);

/** A password could not be had from its source. The message names the source, never what it gave. */
export class SecretUnavailableError extends Error {
  readonly code = 'SECRET_UNAVAILABLE';
  override readonly name = 'SecretUnavailableError';
}

const commandMs = 10_000;
const run = promisify(execFile);
const withoutLineEnd = (text: string) => text.replace(/\r?\n$/, '');

/**
 * The secret as its source has it now.
 *
 * @throws SecretUnavailableError
 */
export async function readSecret(source: SecretSource): Promise<SecretValue> {
  const given = await read(source);
  const secret = typeof given === 'string' ? { value: given } : given;
  if (typeof secret?.value === 'string' && secret.value !== '') return secret;
  throw new SecretUnavailableError(`${placeOf(source)} gave no password. Check what it holds.`);
}

/** Whether asking again is cheap: a variable or a file, as opposed to a program or a service. */
export const isNearby = (source: SecretSource): boolean => 'env' in source || 'file' in source;

async function read(source: SecretSource): Promise<SecretValue | string> {
  try {
    if (typeof source === 'function') return await source();
    if ('env' in source) return environmentValue(source.env) ?? '';
    if ('file' in source) return withoutLineEnd(await readFile(source.file, 'utf8'));
    const [program = '', ...args] = source.command;
    return withoutLineEnd((await run(program, args, { timeout: commandMs, maxBuffer: 65_536 })).stdout);
  } catch (error) {
    throw new SecretUnavailableError(`${placeOf(source)} gave no password: ${reasonOf(error)}.`);
  }
}

function placeOf(source: SecretSource): string {
  if (typeof source === 'function') return 'The provider of the password';
  if ('env' in source) return `The environment variable ${source.env}`;
  if ('file' in source) return `The file ${source.file}`;
  return `The command ${source.command[0]}`;
}

/** Neither the message nor the output: both may hold the secret. */
function reasonOf(error: unknown): string {
  const { code, killed, name } = Object(error);
  if (killed) return `it did not end within ${commandMs / 1_000} s`;
  return typeof code === 'number' ? `it ended with exit code ${code}` : String(code ?? name ?? 'it failed');
}
