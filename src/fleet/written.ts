import type { SourceSpan } from '../declarations/source-span.ts';
import type { WrittenFleet, WrittenPooler, WrittenServer, WrittenService } from './schema.ts';

/** A file of the fleet, relative to the folder that the user is in. */
export interface FleetFile {
  readonly file: string;
  readonly text: string;
  /** Where a key stands, by its path: `services`, `api`, `read`. Of one that is not there, its nearest parent. */
  placeOf(path: readonly (string | number)[]): SourceSpan;
}

/** A server, pooler or service as its file has it. */
export interface Written<Value> {
  readonly name: string;
  readonly value: Value;
  readonly in: FleetFile;
  /** Where it stands there; empty where the file is all of it. */
  readonly path: readonly string[];
}

/** What the owners of a fleet have written, all files together. */
export interface FleetParts {
  /** The files of the whole fleet: fleet.yaml. */
  readonly fleets: readonly { readonly value: WrittenFleet; readonly in: FleetFile }[];
  readonly servers: ReadonlyMap<string, Written<WrittenServer>>;
  readonly poolers: ReadonlyMap<string, Written<WrittenPooler>>;
  readonly services: ReadonlyMap<string, Written<WrittenService>>;
}

/** `fleet.yaml:12:5`. */
export function placeWords({ file, line, column }: SourceSpan): string {
  return `${file}:${line}:${column}`;
}
