/**
 * Style sheet of the HTML report. Serif for reading, sans-serif for tables and figures, all from the reader's system.
 * Always black on white: figures are pictures of paper, and the page is printed as it is seen.
 */
export const styleSheet = `
:root { color-scheme: light; --rule: #8a8a8a; --soft: #e3e3e3; --quiet: #555; --link: #005a8f;
  --serif: Charter, 'Bitstream Charter', 'Iowan Old Style', 'Palatino Linotype', Palatino, Georgia, 'DejaVu Serif', serif;
  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', sans-serif; }
* { box-sizing: border-box; }
html { background: #fff; color: #111; font: 17px/1.55 var(--serif); -webkit-text-size-adjust: 100%; }
body { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; overflow-wrap: break-word; }
h1, h2, table, figcaption, nav { font-family: var(--sans); }
h1 { font-size: 1.9rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.01em; margin: 0 0 1.4rem; text-wrap: balance; }
h1:has(+ .subtitle) { margin-bottom: 0.4rem; }
.subtitle { font: 0.9rem/1.45 var(--sans); color: var(--quiet); max-width: none; margin-bottom: 1.4rem; hyphens: none; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 650; margin: 0 0 0.8rem; }
p { max-width: 38rem; margin: 0 0 0.8rem; hyphens: auto; }
a { color: var(--link); text-underline-offset: 0.15em; }
main > section { margin-top: 2.8rem; padding-top: 1.2rem; border-top: 1px solid var(--soft); }
.anchor { color: inherit; text-decoration: none; }
.anchor::after { content: ' #'; color: transparent; }
.anchor:hover::after, .anchor:focus::after { color: var(--rule); }
#summary { border: 1px solid var(--rule); border-left: 5px solid #0072b2; padding: 1rem 1.25rem 0.5rem; }
#summary h2, nav h2 { font-size: 0.8rem; text-transform: uppercase; letter-spacing: 0.07em; color: var(--quiet); margin-bottom: 0.5rem; }
#summary p { max-width: 44rem; }
nav { margin: 1.8rem 0 0; font-size: 0.88rem; }
nav ol { margin: 0; padding-left: 1.6rem; columns: 2 16rem; column-gap: 2rem; }
nav li { break-inside: avoid; padding: 0.1rem 0 0.1rem 0.2rem; }
figure { margin: 1.8rem 0 2rem; }
figure svg { display: block; width: 100%; max-width: 33rem; height: auto; }
figcaption { font-size: 0.84rem; line-height: 1.45; color: #222; }
figcaption { max-width: 40rem; margin-top: 0.6rem; }
.table figcaption { max-width: none; margin: 0 0 0.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.8rem; line-height: 1.4; font-variant-numeric: tabular-nums lining-nums;
  border-bottom: 1.5px solid #111; }
thead th { border-top: 1.5px solid #111; border-bottom: 1px solid #111; font-weight: 600; vertical-align: bottom; }
th, td { padding: 0.3rem 0.75rem 0.3rem 0; text-align: left; vertical-align: top; font-weight: 400; }
th:last-child, td:last-child { padding-right: 0.2rem; }
tbody tr + tr > * { border-top: 1px solid var(--soft); }
tbody tr:hover > * { background: #f4f8fb; }
.number { text-align: right; padding-left: 0.5rem; white-space: nowrap; }
.number:has(+ .note) { padding-right: 0.35rem; }
thead .number, .missing { white-space: normal; }
.note { white-space: nowrap; }
.brief { white-space: nowrap; }
.long { white-space: pre-line; min-width: 7rem; }
td.long { overflow-wrap: anywhere; }
.number + .brief, .note + .brief, .number + .long, .note + .long { padding-left: 1rem; }
.note, .missing { color: var(--quiet); }
.provenance { border-top: 1.5px solid #111; width: 100%; }
.provenance th { white-space: nowrap; padding-right: 1.5rem; color: var(--quiet); }
.provenance td { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 0.92em; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  html { font-size: 16px; }
  body { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  .brief { white-space: normal; }
  tbody th.brief { min-width: 8.5rem; }
  .scroll { background: linear-gradient(to right, #fff 2rem, transparent) 0 0, linear-gradient(to left, #fff 2rem, transparent) 100% 0,
    linear-gradient(to right, #ccc, transparent) 0 0, linear-gradient(to left, #ccc, transparent) 100% 0;
    background-repeat: no-repeat; background-size: 3rem 100%, 3rem 100%, 0.7rem 100%, 0.7rem 100%;
    background-attachment: local, local, scroll, scroll; }
  .provenance, .provenance tbody, .provenance tr, .provenance th, .provenance td { display: block; }
  .provenance tr + tr > * { border-top: 0; }
  .provenance th { padding-bottom: 0; }
  .provenance td { padding-bottom: 0.6rem; }
}
@page { size: A4; margin: 18mm 17mm 20mm;
  @bottom-center { content: counter(page) ' / ' counter(pages); font: 8pt system-ui, sans-serif; color: #555; } }
@media print {
  html { font-size: 10.5pt; color: #000; }
  body { max-width: none; padding: 0; }
  p, #summary p { max-width: none; }
  a { color: inherit; text-decoration: none; }
  .anchor::after { content: ''; }
  h1, h2, .table figcaption { break-after: avoid; }
  #summary, figure, tr { break-inside: avoid; }
  .table:has(tbody tr:nth-child(13)) { break-inside: auto; }
  tbody tr:nth-child(-n+2), tbody tr:nth-last-child(-n+3):not(:last-child) { break-after: avoid; }
  thead { display: table-header-group; }
  p { orphans: 3; widows: 3; }
  main > section { margin-top: 1.6rem; }
  figure svg { max-width: 13cm; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  .wide { font-size: 6.5pt; }
  th, td { padding-right: 0.4rem; }
}
`.trimStart();
