import type { ServerAnswer } from '../../../budget/answer.ts';
import { html, type Markup } from '../../../render/html/markup.ts';
import type { FleetService } from '../result.ts';
import { countText, instancesText, maybe, momentText, worstText } from '../words.ts';

const heads = ['instances', 'pool', 'normal', 'worst minute', 'worst alone', 'share'] as const;

/** Who takes the connections of a server: the legend of its picture, and the same figures for those who do not see it. */
export function takersMarkup(
  { name, shares }: ServerAnswer,
  services: readonly FleetService[],
  colours: ReadonlyMap<string, number>,
): Markup {
  const share = new Map(shares.map((one) => [one.service, one]));
  const rows = services.map((service) => {
    const taken = share.get(service.name);
    const figures = [
      instancesText(service),
      countText(service.pool),
      taken ? momentText(taken.normal) : '',
      taken ? momentText(taken.worst) : '',
      momentText(service.worst),
      maybe(service.share),
    ];
    const colour = colours.get(service.name);
    return html`<tr><th scope="row"><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="${colour === undefined ? 'rest' : `f${colour}`}" width="10" height="10"/></svg>${service.name}</th>${figures.map((figure) => html`<td class="n">${figure}</td>`)}<td class="how">${worstText(service)}</td></tr>\n`;
  });
  return html`<div class="scroll" role="region" aria-label="Who takes ${name}" tabindex="0"><table>
<thead><tr><th scope="col">service</th>${heads.map((head) => html`<th scope="col" class="n">${head}</th>`)}<th scope="col">worst alone is</th></tr></thead>
<tbody>${rows}</tbody></table></div>
`;
}
