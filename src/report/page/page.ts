/**
 * One page that needs nothing else: the voyages with their findings, as data, and a program that shows it. The program
 * writes text only, and the page's policy lets no other run nor anything be fetched.
 */
import { forDataBlock } from '../escape-graph.ts';
import { forXml, visible } from '../escape.ts';
import { countsOf } from '../graph/words.ts';
import { plural, type ReportInput } from '../report.ts';
import { SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH } from './assets.ts';
import { dataOf } from './make.ts';

const POLICY = [
  "default-src 'none'",
  `script-src '${SCRIPT_HASH}'`,
  `style-src '${STYLE_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The load line. */
const MARK =
  '<svg class="mark" viewBox="0 0 40 24" width="40" height="24" aria-hidden="true" focusable="false"><circle cx="20" cy="12" r="9"/><path d="M3 12h34"/></svg>';

export function page(input: ReportInput): string {
  const { where, audited, tool, summary, findings } = input;
  const place = where ?? '';
  const heading = audited === undefined ? 'How each image gets to each workload' : 'What runs, and how it got there';
  const scope = audited ?? `${plural(summary.files, 'file')}, ${plural(summary.voyages, 'image')} followed`;
  const counts = countsOf(findings);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Plimsoll${place === '' ? '' : `: ${text(place)}`}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#voyages">Skip to the voyages</a>
<header class="top">
<p class="brand">${MARK}Plimsoll</p>
<h1>${heading}</h1>
<p class="scope">${place === '' ? '' : `<span class="where">${text(place)}</span> `}${text(scope)}</p>
<p class="tally">${counts === '' ? 'No findings' : counts}</p>
</header>
<search class="tools" id="tools"></search>
<main id="main">
<section id="voyages" tabindex="-1" aria-labelledby="voyages-title"><h2 id="voyages-title">Voyages</h2><div id="list"></div></section>
<noscript><p class="empty">This page shows its data by a script, and scripts are off here. <code>plimsoll graph</code> prints the same in a terminal.</p></noscript>
</main>
<footer class="foot"><p>Made by ${text(tool.name)} ${text(tool.version)}. Nothing on this page is fetched from anywhere.</p></footer>
<script type="application/json" id="data">${forDataBlock(dataOf(input))}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function text(value: string): string {
  return forXml(visible(value));
}
