import type { DriverOptions } from '../profiles/driver.ts';
import { readAmount, type Spelling } from './amount.ts';
import type { Settable } from './concepts.ts';
import type { DeclaredEntry } from './entry.ts';
import type { Meaning } from './meaning.ts';
import type { KnownOption } from './options.ts';
import type { Picked } from './reader.ts';
import { optionOfVersion } from './setting.ts';

/** A setting that was found, with what the file says in its own unit; or that was not, and where it comes from then. */
export interface FoundSetting {
  readonly setting: Settable;
  /** Connections, requests, or ms; 0 for no limit. */
  readonly value: number;
  readonly unit: 'connections' | 'requests' | 'ms';
  /** The file, the default of its system, or the default of `poolctl emit`. */
  readonly from: 'file' | 'default' | 'poolctl';
  readonly key?: string;
  readonly line?: number;
  /** Where it is not the file that was read: one that is included. */
  readonly file?: string;
  readonly written?: number;
  readonly writtenUnit?: string;
  /** It is the default of a reference to the environment, `${NAME:20}`, which may say otherwise. */
  readonly isReference?: true;
  /** Of queueLimit: nobody may wait. Its value is 0 then. */
  readonly isNone?: true;
  /** Where several limits hold and this is the least: what the pool would have without it, as the file calls it. */
  readonly lessThan?: string;
  /** What the library opens on top of the option, and is in the value: `max_overflow, 10 by default`. */
  readonly onTop?: string;
}

/** A value that cannot be kept though its kind of setting can, and why. */
export interface Unkept {
  readonly entry: DeclaredEntry;
  readonly option: Pick<KnownOption, 'concept' | 'name'>;
  readonly why: string;
}

/** An option of one of the five kinds as the file has it. */
export interface SettingCandidate {
  readonly entry: DeclaredEntry;
  readonly option: KnownOption;
}

/** The system that the settings are of, and how its file writes them. */
export interface Source {
  readonly profile: DriverOptions;
  /** Its main option of each kind, for the default of it; those of the profile where left out. */
  readonly mains?: ReadonlyMap<Settable, KnownOption>;
  readonly title: string;
  readonly spelling: Spelling;
  /** Why an option that is not there may still be set: its default is no answer then. */
  readonly opaque?: string;
  /** Defaults differ from version to version. */
  readonly version?: string;
}

/** What a reader knows of a pool beside its options. */
export interface Beside extends Pick<Picked, 'direct' | 'limits' | 'clients' | 'nobodyWaits'> {
  /** What comes on top of the main option, as the file has it. */
  readonly additions?: readonly SettingCandidate[];
}

/** A setting with what its value comes to. */
export interface ReadSetting extends SettingCandidate {
  readonly meaning: Meaning;
}

/** What became of one kind of setting. */
export interface Outcome {
  readonly found?: FoundSetting | undefined;
  readonly unkept: readonly Unkept[];
}

/** What its value comes to; undefined where that is not known. @throws PoolctlError INPUT_INVALID */
export function readSetting(candidate: SettingCandidate, { spelling, version }: Source): ReadSetting | undefined {
  if (candidate.entry.unknown !== undefined) return undefined;
  const option = optionOfVersion(candidate.option, version);
  return { entry: candidate.entry, option, meaning: readAmount(candidate.entry, option, spelling) };
}

/** The option of a system that is for one kind of setting; undefined where it has none for the pool. */
export function mainOptionOf(setting: Settable, { profile, mains }: Source): KnownOption | undefined {
  const given = mains?.get(setting);
  if (given) return given.perCall ? undefined : given;
  const option = profile.options[setting];
  if (option?.option === undefined || option.perCall) return undefined;
  return { ...option, concept: setting, name: option.option, role: 'main' };
}

/** What every setting that was found has. */
export function foundBase(setting: Settable, value: number): Pick<FoundSetting, 'setting' | 'value' | 'unit'> {
  const unit = setting === 'connectionLimit' ? 'connections' : setting === 'queueLimit' ? 'requests' : 'ms';
  return { setting, value, unit };
}
