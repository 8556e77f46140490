import { wrap } from '../base/wrap.ts';
import { fittingSigns } from './fitting-signs.ts';
import { mentionsOf, settingsNamed } from './named.ts';
import { allSigns, type Sign, type SignFamily, signFamilies } from './signs.ts';

const width = 80;

/**
 * What is known of something that users see: a message or code of a pool, a server or a pooler, a setting, a product, or a
 * word that the texts have. Undefined where nothing is.
 */
export async function lookUp(input: string): Promise<{ title: string; text: string } | undefined> {
  const settings = await settingsNamed(input);
  const signs = fittingSigns(input, await allSigns());
  if (settings.length + signs.length > 0) {
    return page('What this is', [
      ...(settings.length > 0 ? ['It is a setting:', '', ...listed(settings)] : []),
      ...(settings.length > 0 && signs.length > 0 ? [''] : []),
      ...saidBy(signs),
    ]);
  }
  const mentions = mentionsOf(input);
  if (mentions.length === 0) return undefined;
  return page('Where this is explained', ['No text has that name. These tell of it:', '', ...listed(mentions)]);
}

function page(title: string, body: readonly string[]) {
  return { title, text: [title, '', ...body, ''].join('\n') };
}

/** A thing and what it is, in two columns as far as they fit. */
function listed(rows: readonly { readonly name: string; readonly is: string }[]): string[] {
  return rows.flatMap(({ name, is }) => [`  ${name}`, ...wrap(is, width - 4).map((line) => `    ${line}`)]);
}

function saidBy(signs: readonly Sign[]): string[] {
  return signFamilies
    .filter((family) => signs.some((sign) => sign.family === family))
    .flatMap((family) => {
      const own = signs.filter((sign) => sign.family === family);
      const { means, look } = families[family];
      return [
        ...wrap(means, width),
        '',
        ...listed(alike(own)),
        '',
        ...look.map(([command, why]) => `  ${command.padEnd(38)}${why}`),
        ...profilesOf(own).map((profile) => `  poolctl profiles show ${profile}`),
        '',
      ];
    })
    .slice(0, -1);
}

/** What several say in the same words is one row, with the fullest account of it. */
function alike(signs: readonly Sign[]): { name: string; is: string }[] {
  const rows = new Map<string, { profiles: string[]; means: string }>();
  for (const { profile, message, means, codes } of signs) {
    const said = [message, codes.length > 0 ? `(${codes.join(', ')})` : ''].filter(Boolean).join(' ');
    const row = rows.get(said) ?? { profiles: [], means };
    row.profiles.push(profile.replace(/^\w+\//, ''));
    if (means.length > row.means.length) row.means = means;
    rows.set(said, row);
  }
  return [...rows].map(([said, { profiles, means }]) => ({
    name: [...new Set(profiles)].join(', '),
    is: `${said}: ${means}`,
  }));
}

const mostProfiles = 3;

function profilesOf(signs: readonly Sign[]): string[] {
  return [...new Set(signs.map(({ profile }) => profile))].slice(0, mostProfiles);
}

type Look = readonly (readonly [command: string, why: string])[];

const families: Readonly<Record<SignFamily, { readonly means: string; readonly look: Look }>> = {
  pool: {
    means:
      "The application's own pool had no connection for the caller; the server refused nothing. Its connections are held: by slow statements, by transactions that are left open, by a leak, or by more requests than the pool is made for.",
    look: [
      ['poolctl inspect', 'sessions that are idle in a transaction'],
      ['poolctl measure', 'how long connections are held'],
      ['poolctl size', 'the pool for that load'],
      ['poolctl explain acquire-timeout', 'what the wait is called where'],
      ['poolctl explain leak', 'how to tell a leak from a pool too small'],
    ],
  },
  server: {
    means:
      'The server let this session in no more: all connections of its own, or of this user or database, are taken. A larger pool makes it worse.',
    look: [
      ['poolctl inspect', 'how many it lets in, and who has them'],
      ['poolctl watch', 'the same live, by application'],
      ['poolctl size --instances', 'pools of all instances that fit together'],
      ['poolctl explain max-connections', 'what counts'],
      ['poolctl explain rolling-deploy', 'why it happens during a deploy'],
    ],
  },
  pooler: {
    means: 'The pooler in front of the server says it, by a limit or a rule of its own.',
    look: [
      ['poolctl watch', 'its pools and queues, on its console'],
      ['poolctl explain transaction-pooler', 'what does not work behind one'],
    ],
  },
  ended: {
    means: 'The server ended a session that the application still held, most often while it was idle.',
    look: [
      ['poolctl inspect', 'the limits after which it does so'],
      ['poolctl explain connection-lost', 'who else ends connections'],
    ],
  },
};
