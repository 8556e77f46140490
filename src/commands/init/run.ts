import { statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { ReadOption } from '../../cli/options.ts';
import { reportWriter } from '../../cli/output.ts';
import { reserveOutput, unwritable } from '../../cli/reserve.ts';
import { onDisk } from '../../fleet/file-tree.ts';
import { firstFleetFile } from '../../fleet/init/first-file.ts';
import { openQuestions } from '../../fleet/init/questions.ts';
import { fleetFileNames, withoutFleet } from '../../fleet/init/without-fleet.ts';
import { readFleet } from '../../fleet/read-fleet.ts';
import { initView } from '../../views/fleet/init.ts';
import { initFlags } from './flags.ts';

const named = { name: 'fleet.yaml', flag: '--force' } as const;

/** Writes a first fleet.yaml into a folder. @throws PoolctlError INPUT_UNREADABLE, OUTPUT_UNWRITABLE */
export async function init(folder: string, read: ReadOption, io: Io): Promise<void> {
  const write = reportWriter(read, io);
  const path = resolve(io.cwd, folder);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new PoolctlError('INPUT_UNREADABLE', `${folder} is no folder.`, {
      hint: 'Name the folder of the manifests.',
    });
  const tree = withoutFleet(onDisk, path);
  const there = fleetFileNames.find((name) => onDisk.kindOf(join(path, name)) === 'file');
  const isDry = read(initFlags['dry-run']);
  if (there !== undefined && !read(initFlags.force) && !isDry) throw refusal(shown(join(path, there), io));
  const { model, notes, unread, files } = await readFleet([], path, tree);
  const text = firstFleetFile(model, ['.']);
  if (isDry) {
    io.stdout.write(text);
    return;
  }
  const file = there ?? 'fleet.yaml';
  writeWhole(join(path, file), shown(join(path, file), io), text, io);
  const result = {
    file: shown(join(path, file), io),
    filesRead: files.length,
    ...{ servers: model.servers.length, services: model.services.length },
    questions: openQuestions(model),
    notes: [...unread, ...notes],
  };
  await write({ schema: 'poolctl.init/1', result, view: () => initView(result) });
}

function refusal(file: string): PoolctlError {
  return new PoolctlError('OUTPUT_UNWRITABLE', `${file} is there already, and was not changed.`, {
    hint: '--dry-run prints what would be written, and --force writes it over that file.',
  });
}

function writeWhole(path: string, shownAs: string, text: string, { cwd }: Io): void {
  const reserved = reserveOutput(path, cwd, named);
  try {
    reserved.write(text);
  } catch (cause) {
    throw unwritable(shownAs, cause, '', named);
  }
}

function shown(path: string, { cwd }: Io): string {
  return relative(cwd, path).split(sep).join('/') || '.';
}
