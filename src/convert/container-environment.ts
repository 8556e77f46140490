import { type DeclaredEntry, refuseFile } from '../declarations/entry.ts';
import { parseEntries } from '../declarations/formats/index.ts';
import type { ReadRequest } from './request.ts';

/** The variables of one container, as a file of variables would have them. */
export interface ContainerEnvironment {
  /** The service of compose, or the container. */
  readonly at: string;
  readonly entries: readonly DeclaredEntry[];
}

const ofCompose = /^services\.([^.]+)\.environment\.([\w.-]+)$/;
const fileOfCompose = /^services\.([^.]+)\.env_file(?:\.\d+(?:\.path)?)?$/;
const ofPod = /^(.*?(?:c|initC)ontainers\.\d+)\.env\.(\d+)\.(name|value)$/;
const ofConfigMap = /^data\.([A-Z][A-Z0-9_]*)$/;

/**
 * The variables that compose, Kubernetes or a ConfigMap set, those of `env_file` included, which `environment` beats.
 * @throws PoolctlError INPUT_INVALID where a file that is named is not there
 */
export function containerEnvironments(
  entries: readonly DeclaredEntry[],
  { file, readBeside }: ReadRequest,
): ContainerEnvironment[] {
  const found = new Map<string, Map<string, DeclaredEntry>>();
  const set = (at: string, entry: DeclaredEntry) => found.set(at, (found.get(at) ?? new Map()).set(entry.key, entry));
  for (const entry of entries) {
    const service = fileOfCompose.exec(entry.key)?.[1];
    if (service !== undefined) for (const one of variablesIn(entry, file, readBeside)) set(service, one);
  }
  const names = new Map<string, string>();
  for (const entry of entries) {
    const [, service = '', name = ''] = ofCompose.exec(entry.key) ?? [];
    const [, container, index, part] = ofPod.exec(entry.key) ?? [];
    const [, variable = '', value] = /^([\w.-]+)=(.*)$/s.exec(String(entry.value)) ?? [];
    if (service !== '' && /^\d+$/.test(name) && value !== undefined) set(service, { ...entry, key: variable, value });
    else if (service !== '' && !/^\d+$/.test(name)) set(service, { ...entry, key: name });
    else if (container !== undefined && part === 'name') names.set(`${container} ${index}`, String(entry.value));
    else if (container !== undefined) set(container, { ...entry, key: names.get(`${container} ${index}`) ?? '' });
    const data = ofConfigMap.exec(entry.key)?.[1];
    if (data !== undefined) set('data', { ...entry, key: data });
  }
  return [...found].map(([at, variables]) => ({ at, entries: [...variables.values()] }));
}

function variablesIn(entry: DeclaredEntry, file: string, readBeside: ReadRequest['readBeside']): DeclaredEntry[] {
  const path = String(entry.value);
  const text = readBeside?.(path);
  if (text !== undefined) return parseEntries('dotenv', text, path).map((one) => ({ ...one, file: path }));
  if (!readBeside) return [];
  const hint = 'Put it where the line says, or take the line out.';
  throw refuseFile(file, entry.line, `this names ${path}, which is not there: its variables would be missing.`, hint);
}
