import type { Warning } from '../base/warning.ts';
import { driverProfile } from '../profiles/load.ts';
import type { EmitInput, Target } from './target.ts';

type Version = NonNullable<EmitInput['driverVersion']>;

/** Versions at which options of some driver have come or gone. */
const versions: readonly Version[] = Array.from({ length: 20 }, (_, major) => major).flatMap((major) =>
  [0, 1, 2, 3, 4, 5, 10].map((minor): Version => [major, minor]),
);

/**
 * A warning where the version that was named changes nothing, and no other one would.
 * @param textAt The text for a version, undefined where there is none for it
 */
export async function versionWarnings(
  { title, driver }: Target,
  named: Version,
  textAt: (version: Version | undefined) => Promise<string | undefined>,
): Promise<Warning[]> {
  const text = await textAt(named);
  if (text !== (await textAt(undefined))) return [];
  for (const version of versions) if ((await textAt(version)) !== text) return [];
  const { versions: tried } = await driverProfile(driver);
  return [
    {
      code: 'VERSION_CHANGES_NOTHING',
      message: `${title}: --driver-version ${named.join('.')} changes nothing, for the snippet is the same for every version.`,
      hint: `What is known of its options is of ${tried.join('; ')}.`,
    },
  ];
}
