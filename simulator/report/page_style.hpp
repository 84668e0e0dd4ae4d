#pragma once
// The style of report.html: light or dark as the reader's system is, from a phone to a wall screen. Colours of series
// after Okabe and Ito, whom colour-blind readers can tell apart.

#include <string_view>

namespace trunkline::sim {

constexpr std::string_view page_style = R"(
:root { --ink: #1b2730; --dim: #5c6b75; --paper: #f6f7f8; --card: #fff; --rule: #dde3e7; --good: #00734f; --bad: #b3261e; --band: #e69f0033; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4eaee; --dim: #98a6b0; --paper: #12181c; --card: #1b2329; --rule: #303b43; --good: #4cc39a; --bad: #ff8a80; --band: #e69f0040; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { font-size: 26px; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 32px 0 10px; }
header { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: baseline; }
.badge { font-weight: 700; padding: 1px 12px; border-radius: 999px; border: 2px solid currentColor; }
.good { color: var(--good); } .bad { color: var(--bad); }
.about { color: var(--dim); margin: 6px 0 18px; }
.outcome { font-size: 18px; margin: 0 0 18px; }
.tiles { display: grid; gap: 10px; grid-template-columns: repeat(auto-fit, minmax(132px, 1fr)); }
.tile, figure, .table { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
.tile { padding: 10px 14px; } .tile b { display: block; font-size: 22px; font-variant-numeric: tabular-nums; }
.tile span, .tick, figcaption, th { color: var(--dim); }
.charts { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); }
figure { margin: 0; padding: 10px 12px 4px; } figcaption { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 14px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 12px; margin-left: auto; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 5px; background: currentColor; }
svg { display: block; width: 100%; height: auto; }
.grid { stroke: var(--rule); stroke-width: 1; } .tick { font-size: 12px; fill: var(--dim); }
.line { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; } .bar { fill: currentColor; }
.band { fill: var(--band); } .mark { font-size: 11px; fill: var(--dim); }
.hover { fill: transparent; } .hover:hover { fill: var(--dim); fill-opacity: .15; }
.c1 { color: #0072b2; } .c2 { color: #e69f00; } .c3 { color: #009e73; } .c4 { color: #d55e00; } .c5 { color: #cc79a7; }
.c6 { color: #56b4e9; } .c7 { color: #8a6d3b; } .c8 { color: #8c8c8c; } .c9 { color: #7d5fb2; }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 12px; text-align: right; white-space: nowrap; border-top: 1px solid var(--rule); }
@media (max-width: 600px) {
  /* Charts are scaled down with their texts. */
  .tick, .mark { font-size: 16px; } th, td { padding: 6px 8px; } .expectations tr > :nth-child(3) { display: none; }
}
@media print {
  body { background: none; font-size: 12px; } main { max-width: none; padding: 0; }
  figure, tr { break-inside: avoid; } .hover { display: none; } .bar, .band, .badge, i { print-color-adjust: exact; }
}
tr:first-child > * { border-top: 0; } th { font-weight: 500; } .text { text-align: left; white-space: normal; overflow-wrap: break-word; }
)";

}  // namespace trunkline::sim
