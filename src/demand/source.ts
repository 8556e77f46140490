import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { PoolctlError } from '../base/errors.ts';
import { redact } from '../base/redact.ts';
import { didYouMean } from '../base/suggest.ts';
import { parseDurationMs } from '../base/units.ts';
import { isPrometheusUrl, urlStart } from './prometheus-url.ts';

/** What of all that is measured is meant, and of when. */
export interface Asked {
  /** The value of one of `serviceLabels`. */
  readonly service?: string;
  /** Other labels that the series must have. */
  readonly labels: Readonly<Record<string, string>>;
  readonly pool?: string;
  /** A profile of `profiles/metrics`. */
  readonly source?: string;
  /** A metric of requests, whatever it is called: its hold time is not known. */
  readonly metric?: string;
  /** How long back from `atMs`. */
  readonly windowMs?: number;
  /** How much history is looked at for the peak hour; 0 for none. */
  readonly peakMs?: number;
  /** The end of the window, or the moment of a scrape. */
  readonly atMs?: number;
  /** Between two scrapes in files that have no times. */
  readonly intervalMs?: number;
}

/** Names of environment variables, never what is in them. */
export interface AuthNames {
  readonly tokenEnv?: string;
  readonly userEnv?: string;
  readonly passwordEnv?: string;
}

export interface PrometheusSource {
  readonly kind: 'prometheus';
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  /** In front of /api/v1, without a slash at its end. */
  readonly path: string;
  /** For messages. */
  readonly name: string;
  readonly auth: AuthNames;
  readonly asked: Asked;
}

export interface FileSource {
  readonly kind: 'files';
  readonly files: readonly string[];
  readonly asked: Asked;
}

export type ParsedSource = PrometheusSource | FileSource;

/** Where the name of a service stands, by custom; the first that has it is meant. */
export const serviceLabels = ['service', 'service_name', 'application', 'app', 'job'] as const;

const settings = ['service', 'pool', 'source', 'metric', 'window', 'peak', 'at', 'interval'] as const;
const authSettings = ['tokenEnv', 'userEnv', 'passwordEnv'] as const;
const urlHint =
  'Write prometheus://HOST:9090?service=api, or prometheus+https://HOST/PATH?service=api&tokenEnv=NAME for TLS and a token.';

/** Whether a text names a source of demand that no other reader of files knows: a URL, settings behind a file, several files. */
export function isDemandSource(text: string, cwd: string): boolean {
  if (isPrometheusUrl(text)) return true;
  if (text.includes('://') || existsSync(resolve(cwd, text))) return false;
  const [files = ''] = text.split('?', 1);
  return (text.includes('?') || text.includes(',')) && files.split(',').every((file) => existsSync(resolve(cwd, file)));
}

/** Reads what the user names as a source. @throws PoolctlError VALUE_INVALID, which quotes no login */
export function parseDemandSource(text: string, cwd: string): ParsedSource {
  if (isPrometheusUrl(text)) return parseUrl(text);
  if (existsSync(resolve(cwd, text))) return { kind: 'files', files: [text], asked: { labels: {} } };
  const [files = '', query = ''] = splitOnce(text, '?');
  const { asked } = askedIn(query, text);
  return { kind: 'files', files: files.split(',').filter((file) => file !== ''), asked };
}

function parseUrl(text: string): PrometheusSource {
  const isTls = urlStart.exec(text)?.[1]?.toLowerCase() === 'https';
  let url: URL;
  try {
    url = new URL(text.replace(urlStart, isTls ? 'https://' : 'http://'));
  } catch {
    throw new PoolctlError('VALUE_INVALID', `"${redact(text)}" is no URL of a Prometheus.`, { hint: urlHint });
  }
  if (url.username !== '' || url.password !== '') {
    throw new PoolctlError('VALUE_INVALID', 'The URL of Prometheus has a login in it, which is shown to others.', {
      hint: 'Name variables: ?userEnv=PROM_USER&passwordEnv=PROM_PASSWORD, or ?tokenEnv=PROM_TOKEN for a bearer token.',
    });
  }
  const { asked, auth } = askedIn(url.search.slice(1), text, true);
  // The port of the scheme is left out of a URL, so that it is looked for in the text.
  const isGiven = url.port !== '' || /^[^/?#]*:\d+(?:[/?#]|$)/.test(text.replace(urlStart, ''));
  const port = url.port === '' ? (isTls ? 443 : isGiven ? 80 : 9_090) : Number(url.port);
  const path = url.pathname.replace(/\/+$/, '').replace(/\/api\/v1(?:\/query(?:_range)?)?$/, '');
  const name = `prometheus${isTls ? '+https' : ''}://${url.hostname}:${port}${path}`;
  return { kind: 'prometheus', isTls, host: url.hostname.replace(/^\[|\]$/g, ''), port, path, name, auth, asked };
}

function askedIn(query: string, text: string, hasAuth = false): { readonly asked: Asked; readonly auth: AuthNames } {
  const labels: Record<string, string> = {};
  const given: Partial<Record<(typeof settings)[number], string>> = {};
  const auth: Partial<Record<(typeof authSettings)[number], string>> = {};
  for (const [key, value] of new URLSearchParams(query)) {
    const setting = settings.find((name) => name === key);
    const secret = authSettings.find((name) => name === key);
    if (/^(?:token|password|bearer|user|username)$/i.test(key)) refuseSecret(key);
    if (secret && hasAuth) auth[secret] = variableName(secret, value);
    else if (setting) given[setting] = notEmpty(key, value);
    else if (/^[a-zA-Z_]\w*$/.test(key) && !secret) labels[key] = value;
    else {
      throw new PoolctlError(
        'VALUE_INVALID',
        `"${redact(key)}" behind the ? of ${redact(text)} is no setting and no label.`,
        { hint: `Settings: ${settings.join(', ')}.${didYouMean(key, settings)} Any other name is a label.` },
      );
    }
  }
  const { service, pool, source, metric, window, peak, at, interval } = given;
  return {
    auth,
    asked: {
      labels,
      ...(service !== undefined && { service }),
      ...(pool !== undefined && { pool }),
      ...(source !== undefined && { source }),
      ...(metric !== undefined && { metric: metricName(metric) }),
      ...(window !== undefined && { windowMs: spanMs(window, 'window') }),
      ...(peak !== undefined && { peakMs: /^(?:0|none)$/.test(peak) ? 0 : spanMs(peak, 'peak') }),
      ...(at !== undefined && { atMs: momentMs(at) }),
      ...(interval !== undefined && { intervalMs: spanMs(interval, 'interval') }),
    },
  };
}

function refuseSecret(key: string): never {
  throw new PoolctlError('VALUE_INVALID', `"${key}=" in the URL of Prometheus would show a secret to others.`, {
    hint: 'Name the variable that has it: tokenEnv=NAME, or userEnv=NAME&passwordEnv=NAME.',
  });
}

function variableName(key: string, value: string): string {
  if (/^[A-Za-z_]\w*$/.test(value)) return value;
  throw new PoolctlError('VALUE_INVALID', `${key} takes the name of an environment variable.`, {
    hint: `Write ${key}=PROM_TOKEN, and set PROM_TOKEN. The value that was given is not quoted, as it may be a secret.`,
  });
}

function notEmpty(key: string, value: string): string {
  if (value !== '') return value;
  throw new PoolctlError('VALUE_INVALID', `${key}= has no value.`, { hint: `Write ${key}=VALUE, or leave it out.` });
}

function metricName(name: string): string {
  if (/^[a-zA-Z_:][\w:]*$/.test(name)) return name;
  throw new PoolctlError('VALUE_INVALID', `metric "${redact(name)}" is no name of a metric.`, {
    hint: 'Write it without labels, and a histogram without _count: metric=http_server_request_duration_seconds.',
  });
}

/** `1h`, `7d`; less than a second is a slip. */
function spanMs(text: string, name: string): number {
  const ms = parseDurationMs(text, name);
  if (ms >= 1_000) return ms;
  throw new PoolctlError('VALUE_INVALID', `${name}=${text} is below 1 s.`, { hint: `Write ${name}=1h, 30m or 7d.` });
}

function momentMs(text: string): number {
  const seconds = /^\d{9,10}(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
  // `2026-11-28T00:00` without a zone is UTC here.
  const written = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/.test(text)
    ? `${text.includes('T') ? text : `${text}T00:00`}Z`
    : text;
  const ms =
    seconds !== undefined ? seconds * 1_000 : /^\d{4}-\d\d-\d\dT/.test(written) ? Date.parse(written) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new PoolctlError('VALUE_INVALID', `at "${redact(text)}" is no moment.`, {
    hint: 'Write at=2026-11-28T00:00Z, or seconds since 1970.',
  });
}

function splitOnce(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
