import { formatCount, formatNumber } from '../../../base/units.ts';
import type { Moment, ServerAnswer } from '../../../budget/answer.ts';
import { html, type Markup } from '../../../render/html/markup.ts';
import { momentText, unitOf } from '../words.ts';

/** Room behind the largest bar, as a share of it. */
const margin = 1.04;
const barHeight = 20;
/** From the top, in px: the name of a bar stands above it. */
const rowTops = [20, 66] as const;
const [lineTop, lineBottom, labelY] = [16, 92, 107] as const;
/** In CSS too. */
const height = 114;

/**
 * Normal running and the worst minute of a server as stacked bars, one piece a service, with a line at what is usable.
 * Places are in percent and heights in px, so that letters keep their size at any width.
 */
export function serverPicture(server: ServerAnswer, colours: ReadonlyMap<string, number>, id: string): Markup {
  const { usable, normal, worstMinute } = server;
  const scale = Math.max(usable ?? 0, normal.connections, worstMinute.connections, 1) * margin;
  const rows = [
    { label: 'normal', moment: normal, of: 'normal' },
    { label: 'worst minute', moment: worstMinute, of: 'worst' },
  ] as const;
  const bars = rows.map(({ label, moment, of }, index) => {
    const top = rowTops[index] ?? 0;
    return html`<text class="mark" x="0" y="${top - 6}">${label} ${momentText(moment)}</text>${piecesOf(server, of, colours).map((piece) => pieceMarkup(piece, top, scale))}${openEnd(moment, top, scale)}${excess(moment, usable, top, scale)}`;
  });
  const said = rows.map(({ label, moment }) => `${label} ${momentText(moment)}`).join(', ');
  const limit = usable === undefined ? 'what is usable is not known' : `${formatCount(usable, unitOf(server))} usable`;
  return html`<svg class="picture" height="${height}" role="img" aria-labelledby="${id}-t"><title id="${id}-t">${server.name}: ${said}; ${limit}. The table below has the figures.</title>${bars}${limitLine(usable, limit, scale)}</svg>\n`;
}

interface Piece {
  readonly name: string;
  readonly colour: number | undefined;
  readonly from: number;
  readonly connections: number;
}

/** The services with a colour one by one, then the others as one piece. */
function piecesOf({ shares }: ServerAnswer, of: 'normal' | 'worst', colours: ReadonlyMap<string, number>): Piece[] {
  const sorted = [...shares].sort((a, b) => b.worst.connections - a.worst.connections);
  const isNamed = ({ service }: ServerAnswer['shares'][number]) => colours.has(service);
  const others = sorted.filter((share) => !isNamed(share));
  const rest = others.reduce((sum, share) => sum + share[of].connections, 0);
  const parts = [
    ...sorted.filter(isNamed).map((share) => ({
      name: share.service,
      colour: colours.get(share.service),
      connections: share[of].connections,
    })),
    { name: formatCount(others.length, 'other service'), colour: undefined, connections: rest },
  ];
  let from = 0;
  return parts
    .map((part) => {
      const piece = { ...part, from };
      from += part.connections;
      return piece;
    })
    .filter(({ connections }) => connections > 0);
}

const percent = (value: number, scale: number) => `${Math.round((value / scale) * 100_000) / 1_000}%`;

function pieceMarkup({ name, colour, from, connections }: Piece, top: number, scale: number): Markup {
  return html`<rect class="piece ${colour === undefined ? 'rest' : `f${colour}`}" x="${percent(from, scale)}" y="${top}" width="${percent(connections, scale)}" height="${barHeight}"><title>${name}: ${formatNumber(connections)}</title></rect>`;
}

/** More may follow where parts are not known. */
function openEnd({ isAtLeast, connections }: Moment, top: number, scale: number): Markup | undefined {
  if (!isAtLeast) return undefined;
  const rest = scale - connections;
  return html`<rect class="open" x="${percent(connections, scale)}" y="${top + 1}" width="${percent(rest, scale)}" height="${barHeight - 2}"><title>at least; parts are not known</title></rect>`;
}

function excess({ connections }: Moment, usable: number | undefined, top: number, scale: number): Markup | undefined {
  if (usable === undefined || connections <= usable) return undefined;
  return html`<rect class="excess" x="${percent(usable, scale)}" y="${top}" width="${percent(connections - usable, scale)}" height="${barHeight}" fill="url(#excess)"><title>${formatNumber(connections - usable)} too many</title></rect>`;
}

function limitLine(usable: number | undefined, text: string, scale: number): Markup {
  if (usable === undefined) return html`<text x="0" y="${labelY}">${text}</text>`;
  const at = percent(usable, scale);
  const anchor = usable / scale > 0.5 ? 'end' : 'start';
  return html`<line class="limit" x1="${at}" x2="${at}" y1="${lineTop}" y2="${lineBottom}"/><text class="mark" x="${at}" y="${labelY}" text-anchor="${anchor}">${text}</text>`;
}
