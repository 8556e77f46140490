import { groupBy } from '../../../base/group-by.ts';
import { formatCount } from '../../../base/units.ts';
import type { FleetFinding, ServerAnswer } from '../../../budget/answer.ts';
import { html, type Markup } from '../../../render/html/markup.ts';
import { renderPage, section, tableMarkup } from '../../../render/html/page.ts';
import { findingVerdicts, findingWarnings, knownThings, wrongWith } from '../findings.ts';
import { beyondText, headlineOf, serverVerdict } from '../fleet.ts';
import type { FleetResult, FleetService } from '../result.ts';
import { nextTable, settingsTable } from '../tables.ts';
import { byUrgency, foldServices, urgencyOf } from '../urgency.ts';
import { coloursOf } from './colours.ts';
import { serverPicture } from './picture.ts';
import { fleetStyle } from './style.ts';
import { takersMarkup } from './takers.ts';

/** Servers whose tables stand open; of more, only those of the servers that do not fit. */
const fewServers = 6;

/** A fleet as one HTML file without script: each server's normal running and worst minute against what it lets in. */
export function renderFleetHtml(result: FleetResult, { version }: { readonly version: string }): Promise<string> {
  const servers = byUrgency(result.servers);
  const colours = coloursOf(servers);
  const services = groupBy(result.services, ({ server }) => server);
  const findings = groupBy(result.findings, ({ server }) => server);
  const isMany = servers.length > fewServers;
  const cards = servers.map((server, index) => ({
    isFine: isMany && urgencyOf(server) === 'fine',
    markup: card(server, services.get(server.name) ?? [], {
      colours,
      findings: findings.get(server.name) ?? [],
      beyond: beyondText(server, result),
      id: `s${index}`,
      isOpen: !isMany || urgencyOf(server) !== 'fine',
    }),
  }));
  const [fine, others] = [cards.filter(({ isFine }) => isFine), cards.filter(({ isFine }) => !isFine)];
  const next = nextTable(result.services, {});
  const sections = [
    hatch,
    ...others.map(({ markup }) => markup),
    fine.length === 0 ? html`` : html`<div class="many">${fine.map(({ markup }) => markup)}</div>\n`,
    section('What to look at', list(findingWarnings(result.findings, { isAll: true }))),
    section(next?.title ?? '', next ? [tableMarkup({ ...next, title: '' })] : []),
    section('To know', list(knownThings(result), 'known')),
  ];
  return renderPage(
    { headline: headlineOf(servers), verdicts: findingVerdicts(findings.get(undefined) ?? []), tables: [] },
    sections,
    {
      document: { schema: 'poolctl.fleet/1', poolctl: version, result },
      footer: `${formatCount(servers.length, 'server')}, by poolctl ${version}. The result is in this file as JSON too, in the element with the id poolctl.`,
      style: fleetStyle,
    },
  );
}

function list(said: readonly { readonly message: string; readonly hint: string }[], kind = 'said'): Markup[] {
  if (said.length === 0) return [];
  const items = said.map(({ message, hint }) => html`<li><strong>${message}</strong> ${hint}</li>\n`);
  return [html`<ul class="${kind}">${items}</ul>`];
}

/** What is over the limit is hatched, so that colour is not all that tells. */
const hatch = html`<svg class="defs" aria-hidden="true"><defs><pattern id="excess" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern></defs></svg>\n`;

interface CardLook {
  readonly colours: ReadonlyMap<string, number>;
  /** Those of this server. */
  readonly findings: readonly FleetFinding[];
  readonly beyond: readonly string[];
  readonly id: string;
  readonly isOpen: boolean;
}

function card(
  server: ServerAnswer,
  services: readonly FleetService[],
  { colours, findings, beyond, id, isOpen }: CardLook,
): Markup {
  const { answer, text, details } = serverVerdict(server);
  const wrong = [...wrongWith(findings, server.name), ...beyond];
  const { shown } = foldServices(services, true);
  const settings = settingsTable(server, shown, {});
  const open = { markup: isOpen ? ' open' : '' };
  return html`<section class="card ${urgencyOf(server)}" aria-labelledby="${id}">
<h2 id="${id}">${server.name}</h2>
<p class="verdict ${answer}">${marks[answer]} ${text}</p>
${wrong.map((line) => html`<p>${line}</p>\n`)}${details.map((detail) => html`<p class="soft">${detail}</p>\n`)}
${serverPicture(server, colours, id)}
<details${open}><summary>${formatCount(shown.length, 'service')}</summary>
${takersMarkup(server, shown, colours)}
${settings && tableMarkup(settings)}
</details>
</section>
`;
}

const marks = { yes: '✓', no: '✗', unknown: '?' } as const;
