import { PoolctlError } from '../base/errors.ts';
import type { DeclaredEntry } from '../declarations/entry.ts';
import { chosenPools } from './choose.ts';
import { type ContainerEnvironment, containerEnvironments } from './container-environment.ts';
import type { FilePool } from './file-pool.ts';
import type { ReadRequest, SettingsText } from './request.ts';
import { type Known, poolsInSettings, settingsIn } from './settings-file.ts';

/** A file that stands as a text in another one: of a ConfigMap, of `configs:` of compose, of the values of a chart. */
interface InnerText {
  readonly name: string;
  readonly text: string;
  readonly at: string;
  /** The line before its first one. */
  readonly before: number;
}

/** The pools of the files within a file, each read by its own format; empty where it has none. */
export async function innerPools(
  request: ReadRequest,
  settings: SettingsText,
  known: Known,
): Promise<readonly FilePool[]> {
  const texts = settings.entries.flatMap((entry) => innerText(entry, request.text));
  const drafts: FilePool[] = [];
  const broken: PoolctlError[] = [];
  for (const inner of texts) drafts.push(...(await poolsOf(inner, request, known, (error) => broken.push(error))));
  const services = settings.format === 'yaml' ? containerEnvironments(settings.entries, request) : [];
  for (const service of services) drafts.push(...inEnvironment(service, request, known));
  const isConfigMap = settings.entries.some(({ key, value }) => key === 'kind' && value === 'ConfigMap');
  if (drafts.length === 0 && isConfigMap && broken[0]) throw broken[0];
  if (drafts.length === 0) return [];
  return chosenPools(drafts.length === 1 ? drafts.map((draft) => ({ ...draft, at: '' })) : drafts, request);
}

const fileName = /(?:^|\.)([\w-]+\.(?:ini|ya?ml|json|toml|properties|xml|env|conf|cnf|cfg))$/i;

function innerText({ key, value, valueAt, line }: DeclaredEntry, outer: string): InnerText[] {
  if (typeof value !== 'string' || !/\n./.test(value)) return [];
  const name = fileName.exec(key)?.[1] ?? '';
  // Below `|` each line stands as it is; in another style all of it is at the value.
  const before = /^[|>]/.test(outer.slice(valueAt.start, valueAt.start + 1)) ? line : line - 1;
  return [{ name, text: value, at: name === '' ? key : name, before }];
}

/** Pools that variables make; most containers have none. */
function inEnvironment({ at, entries }: ContainerEnvironment, request: ReadRequest, known: Known): FilePool[] {
  try {
    return poolsInSettings({ ...request, at: undefined }, { entries, format: 'dotenv' }, known)
      .filter(({ picked }) => picked.isMarked)
      .map((draft) => ({ ...draft, at: [at, draft.at].filter(Boolean).join('.') }));
  } catch (error) {
    if (error instanceof PoolctlError) return [];
    throw error;
  }
}

async function poolsOf(
  inner: InnerText,
  request: ReadRequest,
  known: Known,
  note: (broken: PoolctlError) => void,
): Promise<FilePool[]> {
  const own: ReadRequest = { ...request, text: inner.text, file: inner.name, at: undefined };
  try {
    const settings = await settingsIn(own, known);
    const entries = settings.entries.map((entry) => ({ ...entry, line: entry.line + inner.before }));
    return poolsInSettings(own, { ...settings, entries }, known)
      .filter(({ picked, springProfile }) => picked.isMarked || springProfile !== undefined || inner.name !== '')
      .map((draft) => ({
        ...draft,
        spelling: { ...draft.spelling, file: request.file },
        at: [inner.at, draft.at].filter(Boolean).join('.'),
      }));
  } catch (error) {
    if (!(error instanceof PoolctlError)) throw error;
    // Most texts within a file are none of settings.
    const broken = inOuterFile(error, inner, request.file);
    if (broken) note(broken);
    return [];
  }
}

/** A mistake in a line of a file within a file, with its line in the outer one. */
function inOuterFile({ code, message, hint }: PoolctlError, inner: InnerText, file: string): PoolctlError | undefined {
  const prefix = `${inner.name}:`;
  const line = message.startsWith(prefix) ? /^(\d+):/.exec(message.slice(prefix.length))?.[1] : undefined;
  if (inner.name === '' || line === undefined) return undefined;
  const why = message.slice(prefix.length + line.length + 1).trim();
  const whole = `${file}:${Number(line) + inner.before}: in ${inner.name}, line ${line}, ${why}`;
  return new PoolctlError(code, whole, hint === undefined ? {} : { hint });
}
