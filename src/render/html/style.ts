/** The style of every report, in the colours of Okabe and Ito for colour-blind readers; dashes tell the lines apart too. */
export const css = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--ground:#fff;--card:#f6f8fa;--yes:#1a7f37;--no:#b3261e;--unknown:#8a5a00;--c0:#0072b2;--c1:#c04f00;--c2:#00795a;--c3:#a34c85}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b3;--line:#3d444d;--ground:#0d1117;--card:#161b22;--yes:#4ac26b;--no:#ff8178;--unknown:#e0a83a;--c0:#56b4e9;--c1:#f0914d;--c2:#2fc79b;--c3:#e39bc9}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:76rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.25rem 0 .75rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{font-size:1rem;margin:1.5rem 0 .5rem;overflow-wrap:anywhere}
p{margin:.25rem 0;max-width:60rem;overflow-wrap:anywhere}
.verdict{font-weight:600}.verdict.yes{color:var(--yes)}.verdict.no{color:var(--no)}.verdict.unknown{color:var(--unknown)}
.soft,summary{color:var(--soft)}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,28rem),1fr));gap:1rem}
figure{margin:0;padding:.75rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem;min-width:0}
figcaption{font-weight:600;color:var(--ink)}
svg{display:block;width:100%;height:auto}
svg text{font:13px system-ui,sans-serif;fill:var(--soft)}
svg .mark{fill:var(--ink)}
.frame{stroke:var(--line);fill:none}.grid{stroke:var(--line);stroke-opacity:.55}
.line{fill:none;stroke-width:2;stroke-linejoin:round}.whisker{stroke-width:1.5}.marker{stroke:none}
.rule{stroke:var(--ink);stroke-dasharray:2 3}.band{fill:var(--soft);fill-opacity:.18}
.c0{stroke:var(--c0)}.c1{stroke:var(--c1)}.c2{stroke:var(--c2)}.c3{stroke:var(--c3)}
.marker.c0{fill:var(--c0)}.marker.c1{fill:var(--c1)}.marker.c2{fill:var(--c2)}.marker.c3{fill:var(--c3)}
.line.c1{stroke-dasharray:7 3}.line.c2{stroke-dasharray:2 3}.line.c3{stroke-dasharray:10 3 2 3}
.legend{display:flex;flex-wrap:wrap;gap:.15rem 1rem;margin:.25rem 0;padding:0;list-style:none;font-size:.875rem}
.legend svg{display:inline-block;width:1.75rem;height:.75rem;margin-right:.35rem;vertical-align:middle}
details{margin-top:.5rem;font-size:.875rem}summary{cursor:pointer}
.scroll{overflow-x:auto}
table{border-collapse:collapse;margin:.25rem 0 1rem;font-variant-numeric:tabular-nums}
th,td{padding:.2rem .9rem .2rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);font-weight:400}
thead th,tbody th{color:var(--soft)}td.n,th.n{text-align:right;white-space:nowrap}
.warnings{padding-left:1.2rem}.warnings strong{color:var(--unknown)}
@media(max-width:30rem){body{font-size:15px}main{padding:1rem .75rem 2rem}figure{padding:.5rem}svg text{font-size:16px}}
@media print{body{font-size:11pt}main{max-width:none;padding:0}figure,table,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}.charts{grid-template-columns:1fr 1fr}.scroll{overflow:visible}}
`;
