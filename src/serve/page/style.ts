import { css } from '../../render/html/style.ts';

/** The style of the reports, and what is alive. */
export const style = `${css}
main{max-width:96rem}footer{margin-top:1.5rem}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem 1.5rem;margin-bottom:1rem}header h1{margin:0}
#summary{font-variant-numeric:tabular-nums}
#connection{padding:.5rem .75rem;border:1px solid var(--no);border-radius:.5rem;color:var(--no);font-weight:600;max-width:none;margin-bottom:1rem}
#targets{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem;align-items:start}
.card{background:var(--card);border:1px solid var(--line);border-left-width:.35rem;border-radius:.5rem;padding:.75rem 1rem;min-width:0;scroll-margin-top:1rem;container-type:inline-size}
.halves>div{min-width:0}@container(min-width:50rem){.halves{display:grid;grid-template-columns:1fr 1fr;gap:0 2.5rem}}
.card.fine{border-left-color:var(--yes)}.card.warn{border-left-color:var(--unknown)}.card.crit{border-left-color:var(--no)}.card.stale{border-style:dashed;border-left-style:dashed}
.head{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:0 1rem}
.head h2{margin:0;border:0;padding:0;overflow-wrap:anywhere;min-width:0}.head p{margin:0}
.taken{margin-top:.5rem;font-variant-numeric:tabular-nums}.taken strong{font-size:1.25rem}
.old{font-style:italic}.stale .taken,.stale .taken strong{color:var(--soft);font-weight:400}
.bar{height:.85rem;margin:.25rem 0 .5rem;border-radius:.2rem}.bar .ground{fill:var(--line)}.bar .fill{fill:var(--c0)}.bar.warn .fill{fill:var(--unknown)}.bar.crit .fill{fill:var(--no)}.bar.stale .fill{fill:var(--soft);fill-opacity:.5}
.bar .most{stroke:var(--ink);stroke-width:2;vector-effect:non-scaling-stroke}
.spark{height:3rem;margin:.25rem 0}.spark .line,.spark .limit{vector-effect:non-scaling-stroke}.spark .area{fill:var(--c0);fill-opacity:.15}.spark .limit{stroke:var(--soft);stroke-dasharray:4 3}
.stale .spark .line{stroke:var(--soft)}.stale .spark .area{fill:var(--soft)}
dl{margin:.5rem 0}dl div{display:grid;grid-template-columns:minmax(0,min(40%,11rem)) minmax(0,1fr);gap:0 .75rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
details table{font-size:.875rem;margin-bottom:0}th,td{overflow-wrap:normal}
.alarms{list-style:none;margin:0 0 1.25rem;padding:.5rem 1rem;border:1px solid var(--line);border-radius:.5rem}.alarms li{margin:.25rem 0;overflow-wrap:anywhere}
.alarms .crit strong{color:var(--no)}.alarms .warn strong{color:var(--unknown)}
a{color:var(--c0)}:focus-visible{outline:2px solid var(--c0);outline-offset:2px}
form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:1rem 0}form[hidden]{display:none}
input,button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:.35rem;padding:.35rem .75rem}input{min-width:min(100%,20rem)}button{cursor:pointer}
#refusal{color:var(--no);flex-basis:100%}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(prefers-reduced-motion:no-preference){.bar .fill{transition:width .4s}}
`;
