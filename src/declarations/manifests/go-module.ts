import { folderOf } from '../code/paths.ts';
import type { ReadFile } from '../text-file.ts';
import type { DeployedService } from './service.ts';

/** A service with the driver that the Go module in its folder requires: that of its build, or of its name. */
export function withGoDriver(service: DeployedService, read: ReadFile): DeployedService {
  const { builds, name, place, env } = service;
  // A variable that sizes the pool says more, and most services have one: asking for files takes time.
  if ([...env.keys()].some((variable) => /POOL|MAX_(?:OPEN_)?CONN/.test(variable))) return service;
  const around = folderOf(folderOf(place.file));
  const folders =
    builds.length > 0 ? builds : [...new Set([folderOf(place.file), name, around === '' ? name : `${around}/${name}`])];
  const requires = folders.some((folder) =>
    /\bgithub\.com\/jackc\/pgx\/v\d/.test(read(folder === '' ? 'go.mod' : `${folder}/go.mod`) ?? ''),
  );
  return requires ? { ...service, driver: 'pgxpool' } : service;
}
