import type { PicturedTarget } from '../../picture.ts';
import type { makeCard } from './card.ts';
import type { PageDocument, PageElement } from './dom.ts';
import type { makeStream, Told } from './stream.ts';
import type { Branch, makeUpdating, PageTree } from './updating.ts';
import type { makeWords } from './words.ts';

/** Begins: asks for the token where there is one, and draws what the events tell. */
export function startPage(
  document: PageDocument,
  { tree, update }: ReturnType<typeof makeUpdating>,
  { moment, count, duration }: ReturnType<typeof makeWords>,
  { card }: ReturnType<typeof makeCard>,
  { follow }: ReturnType<typeof makeStream>,
): void {
  const [summary, alarms, targets, news, connection, login, token, refusal] = [
    ...['summary', 'alarms', 'targets', 'news', 'connection', 'login', 'token', 'refusal'],
  ].map(part) as [
    PageElement,
    PageElement,
    PageElement,
    PageElement,
    PageElement,
    PageElement,
    PageElement,
    PageElement,
  ];
  let all: readonly PicturedTarget[] = [];
  let raised = new Map<string, string>();
  /** As they were drawn: most targets have not changed since. */
  let cards = new WeakMap<PicturedTarget, PageTree>();
  let last: { told: Told; at: number } | undefined;

  function part(id: string): PageElement {
    const element = document.getElementById(id);
    if (!element) throw new Error(`The page has no part ${id}.`);
    return element;
  }

  /** The clock of the server: that of this machine may be another's. */
  const nowMs = () => (last ? last.told.atMs + Date.now() - last.at : 0);

  function draw(): void {
    if (!last) return;
    const now = nowMs();
    const found = all.flatMap((target, index) =>
      target.alarms.map((alarm) => ({ ...alarm, target: target.name, index })),
    );
    const answering = all.filter(({ phase, isStale }) => phase === 'up' && !isStale).length;
    const words = `${answering} of ${count(all.length, 'target')} answer${answering === 1 ? 's' : ''} · ${found.length === 0 ? 'no alarm' : count(found.length, 'alarm')}`;
    update(summary, [`${words} · ${moment(last.told.atMs, now)}`]);
    update(alarms, [found.length === 0 ? undefined : alarmList(found, now)]);
    update(
      targets,
      all.map((target, index) => cardOf(target, index, now)),
    );
    document.title = found.length === 0 ? 'poolctl watch' : `${count(found.length, 'alarm')} · poolctl watch`;
  }

  /** Of a target that gives no answer, the age of its figures grows. */
  function cardOf(target: PicturedTarget, index: number, now: number): PageTree {
    const before = target.isStale ? undefined : cards.get(target);
    const made = before ?? card(target, index, all.length <= 2, now);
    cards.set(target, made);
    return made;
  }

  interface Found extends Pick<PicturedTarget['alarms'][number], 'alarm' | 'severity' | 'sinceMs' | 'text'> {
    readonly target: string;
    readonly index: number;
  }

  function alarmList(found: readonly Found[], now: number): Branch {
    const sorted = [...found].sort((a, b) => Number(b.severity === 'crit') - Number(a.severity === 'crit'));
    const items = sorted.map(({ alarm, severity, sinceMs, text, target, index }) =>
      tree(
        'li',
        { id: `alarm-${index}-${alarm}`, class: severity },
        tree('strong', {}, severity === 'crit' ? '✗ critical' : '! warning'),
        ' ',
        tree('a', { href: `#target-${index}` }, target),
        ` ${alarm}: ${text}`,
        tree('span', { class: 'soft' }, ` · for ${duration((now - sinceMs) / 1_000)}`),
      ),
    );
    return tree('ul', { class: 'alarms', 'aria-label': 'Alarms' }, ...items);
  }

  /** Says aloud what has begun and what has ended, and not each figure that moves. */
  function announce(): void {
    const now = new Map(
      all.flatMap(({ name, alarms: of }) =>
        of.map(({ alarm, severity, text }) => [
          `${name} ${alarm} ${severity}`,
          `${name}: ${severity === 'crit' ? 'critical' : 'warning'}, ${alarm}. ${text}`,
        ]),
      ),
    );
    const begun = [...now].filter(([key]) => !raised.has(key)).map(([, text]) => text);
    const ended = [...raised.keys()].filter((key) => !now.has(key)).map((key) => `Over: ${key.replace(/ \w+$/, '')}.`);
    raised = now;
    if (begun.length + ended.length > 0) update(news, [[...begun, ...ended].join(' ')]);
  }

  function isConnected(is: boolean): void {
    update(connection, [is ? undefined : 'The connection to poolctl is lost. What you see is old; it is tried again.']);
    connection.hidden = is;
  }

  function listen(secret: string): void {
    void follow(secret, {
      told(told, isWhole) {
        last = { told, at: Date.now() };
        const changed = new Map(told.targets.map((target) => [target.name, target]));
        all = isWhole ? told.targets : all.map((target) => changed.get(target.name) ?? target);
        login.hidden = true;
        isConnected(true);
        draw();
        announce();
      },
      lost: () => isConnected(false),
      refused() {
        update(refusal, ['This token is wrong.']);
        login.hidden = false;
        token.focus();
      },
    });
  }

  function drawAnew(): void {
    cards = new WeakMap();
    draw();
  }

  setInterval(draw, 1_000);
  // What is opened has not been made yet.
  document.addEventListener('toggle', drawAnew, true);
  if (login.hidden) {
    listen('');
    return;
  }
  login.addEventListener('submit', (event) => {
    event.preventDefault();
    update(refusal, []);
    const secret = token.value;
    token.value = '';
    listen(secret);
  });
  token.focus();
}
