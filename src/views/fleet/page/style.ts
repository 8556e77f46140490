/** Of the page of `fleet`, behind the style of every report. */
export const fleetStyle = `
:root{--f0:#0072b2;--f1:#c04f00;--f2:#00795a;--f3:#a34c85;--f4:#8a6d00;--f5:#6a4fc0;--rest:#8b949e}
@media(prefers-color-scheme:dark){:root{--f0:#56b4e9;--f1:#f0914d;--f2:#2fc79b;--f3:#e39bc9;--f4:#d4bb3c;--f5:#a99bff;--rest:#8b949e}}
.f0{fill:var(--f0)}.f1{fill:var(--f1)}.f2{fill:var(--f2)}.f3{fill:var(--f3)}.f4{fill:var(--f4)}.f5{fill:var(--f5)}.rest{fill:var(--rest)}
.card{background:var(--card);border:1px solid var(--line);border-left-width:.35rem;border-radius:.5rem;padding:.75rem 1rem;margin:1rem 0;min-width:0}
.card h2{margin:0;border:0;padding:0;overflow-wrap:anywhere}
.card.over{border-left-color:var(--no)}.card.unknown,.card.tight{border-left-color:var(--unknown)}.card.fine{border-left-color:var(--yes)}
.picture{height:114px;margin:.5rem 0;overflow:hidden}
.picture text{font-size:14px}
.piece{stroke:var(--card);stroke-width:1}
.open{fill:none;stroke:var(--soft);stroke-dasharray:4 3}
.excess{stroke:var(--no);stroke-width:2}.hatch{stroke:var(--no);stroke-width:3}
.limit{stroke:var(--ink);stroke-width:2}
.swatch{display:inline-block;width:.8rem;height:.8rem;margin-right:.4rem;vertical-align:-.05rem}
.defs{position:absolute;width:0;height:0}
.card table{font-size:.875rem;margin-bottom:.25rem}td{overflow-wrap:normal;white-space:nowrap}
.card tbody th{min-width:7rem;overflow-wrap:anywhere}.how{min-width:16rem;white-space:normal}
.many{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr));gap:1rem;align-items:start}.many .card{margin:0}
.said,.known{padding-left:1.2rem}.said strong{font-weight:600}.known strong{font-weight:400}.said li,.known li{margin:.25rem 0;overflow-wrap:anywhere}
.card details{margin-top:.25rem}
@media print{.card{break-inside:avoid}.piece,.swatch rect{print-color-adjust:exact}}
`;
