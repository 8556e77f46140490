import { folderOf } from '../code/paths.ts';
import { moduleOf, PythonValues } from '../python/values.ts';
import type { ReadFile } from '../text-file.ts';
import type { Resolved } from '../value.ts';
import { resolvePath } from './paths.ts';
import { optionOf } from './processes.ts';
import type { DeployedService } from './service.ts';
import { countOf } from './values.ts';

/**
 * A service of gunicorn with the processes that its file of settings says, where neither its command nor WEB_CONCURRENCY
 * does: the file of `-c`, or gunicorn.conf.py where it starts (docs.gunicorn.org, "Configuration Overview").
 */
export function withGunicornFile(service: DeployedService, read: ReadFile): DeployedService {
  const { command, builds, place, env } = service;
  const at = command.findIndex((word) => word.split('/').at(-1) === 'gunicorn');
  const options = command.slice(at + 1);
  if (at < 0 || optionOf(options, ['--workers', '-w']) !== undefined || env.has('WEB_CONCURRENCY')) return service;
  const named = (optionOf(options, ['--config', '-c']) ?? 'gunicorn.conf.py').replace(
    /^(?:file:|python:|\/app\/|\.\/)/,
    '',
  );
  for (const folder of builds.length > 0 ? builds : [folderOf(place.file), '']) {
    const file = resolvePath(folder, named);
    const text = file === undefined ? undefined : read(file);
    if (file === undefined || text === undefined) continue;
    const module = moduleOf(file, text);
    const workers = module.assignments.find(({ name, isModuleLevel }) => name === 'workers' && isModuleLevel);
    if (!workers) return service;
    const environment = {
      valuesOf: (name: string): readonly Resolved[] => [env.get(name)].filter((value) => value !== undefined),
    };
    const value = new PythonValues(module, { environment, read }).of(workers.value);
    const count = countOf(value);
    const why = `workers in ${file} is worked out when gunicorn starts`;
    return {
      ...service,
      processes:
        count !== undefined && value.kind === 'known'
          ? { ...value, value: count }
          : { kind: 'unknown', why, origins: value.origins },
    };
  }
  return service;
}
