import type { FileNote, TextFile } from '../text-file.ts';
import type { Container } from './container.ts';
import { noteOf } from './manifest-document.ts';
import { isPgbouncerFile, isPgbouncerImage, poolerFromImage, poolerIn } from './pgbouncer.ts';
import type { PoolerInFiles } from './pooler.ts';
import type { DeployedService } from './service.ts';

/** A service with its containers, whatever its manifest. */
export interface ServiceContainers {
  readonly service: DeployedService;
  readonly containers: readonly Container[];
}

/** Every PgBouncer of the project: by its ini file, in a ConfigMap or set up by variables of its image. */
export function findPoolers(
  files: readonly TextFile[],
  all: readonly ServiceContainers[],
): { poolers: readonly PoolerInFiles[]; notes: readonly FileNote[] } {
  const notes: FileNote[] = [];
  const attempt = (file: string, read: () => PoolerInFiles | undefined): PoolerInFiles[] => {
    try {
      return [read()].filter((pooler) => pooler !== undefined);
    } catch (error) {
      notes.push(noteOf(error, file));
      return [];
    }
  };
  const running = all.flatMap(({ service, containers }) =>
    containers.flatMap((container) => (isPgbouncerImage(container.image) ? [{ service, container }] : [])),
  );
  const [only, another] = running;
  const fromFiles = files.filter(isPgbouncerFile).flatMap((file) => {
    const mounting = running.find(({ container }) => container.files.some(({ place }) => place.file === file.file));
    const service = mounting ?? (another ? undefined : only);
    return attempt(file.file, () => ({ ...poolerIn(file), ...(service && { service: service.service.name }) }));
  });
  const served = new Set(fromFiles.map(({ service }) => service));
  const others = running.flatMap(({ service, container }) => {
    if (served.has(service.name)) return [];
    const mounted = container.files.find(({ path }) => /pgbouncer[^/]*\.ini$/.test(path));
    return attempt(service.place.file, () =>
      mounted
        ? { ...poolerIn({ file: mounted.place.file, text: mounted.text }, mounted.spanOf), service: service.name }
        : poolerFromImage(container, service.name),
    );
  });
  return { poolers: [...fromFiles, ...others], notes };
}
