import type { FleetFinding } from '../answer.ts';
import type { JudgedServer } from '../judge/judge-server.ts';
import { atServer, failing, type JudgedFleet, nameList, slotsOf } from './finding-input.ts';
import { whatFitsAlone } from './what-fits-alone.ts';

/** Servers that their services may take more of than there is. */
export function budgetExceeded({ judged }: JudgedFleet): FleetFinding[] {
  return judged.flatMap((one): FleetFinding[] => {
    const { server, answer } = one;
    if (answer.fits !== 'no') return [];
    const hint = whatFitsAlone(one);
    return [
      {
        id: server.counts === 'pooler clients' ? 'pooler-clients-exceeded' : 'budget-exceeded',
        severity: failing(server),
        text: `${server.name}: ${exceeded(one)}${refusedBy(one)}.`,
        hint,
        ...atServer(server),
      },
    ];
  });
}

/** "216 of 92 connections while catalog rolls out; 48 in normal running, 168 scaled out". */
function exceeded({ server, answer }: JudgedServer): string {
  const { usable = 0, normal, scaledOut, worstMinute } = answer;
  const least = worstMinute.isAtLeast ? 'at least ' : '';
  const of = `of ${usable} ${slotsOf(server)}`;
  const worst = `${worstMinute.connections}`;
  const scales = scaledOut.connections > normal.connections;
  const when = whenOf({ server, answer });
  if (normal.connections > usable) {
    const more = worstMinute.connections > normal.connections ? `, ${worst} ${when}` : '';
    return `${least}${normal.connections} ${of} in normal running already${more}`;
  }
  if (scaledOut.connections > usable) {
    const more = worstMinute.connections > scaledOut.connections ? `, ${worst} ${when}` : '';
    const time = more === '' && worstMinute.at !== undefined ? `, ${worstMinute.at}` : '';
    return `${least}${scaledOut.connections} ${of} when all is scaled out${time}${more}; ${normal.connections} in normal running`;
  }
  return `${least}${worst} ${of} ${when}; ${normal.connections} in normal running${scales ? `, ${scaledOut.connections} scaled out` : ''}`;
}

/** "while catalog rolls out", "while catalog rolls out, daily at 03:00 UTC". */
function whenOf({ server, answer: { worstMinute } }: Pick<JudgedServer, 'server' | 'answer'>): string {
  const { rolling, at } = worstMinute;
  const names = new Set(rolling);
  const old = server.countsTerminating ? ' and old instances end' : '';
  const who =
    names.size === 0
      ? 'in the worst minute'
      : `while ${nameList(rolling)} ${names.size === 1 ? 'rolls' : 'roll'} out${old}`;
  return at === undefined ? who : `${who}, ${at}`;
}

function refusedBy({ usable }: JudgedServer): string {
  return usable.role === undefined ? '' : `; the role ${usable.role} is refused, not the others`;
}
