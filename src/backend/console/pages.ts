/** The pages of the console: whole on the server, without a script, readable by every browser and screen reader. */
import { isoTime } from '../../core/time.ts';
import type { UnixSeconds } from '../../core/units.ts';
import { element, escapeXml } from '../../core/xml.ts';
import type { Figures } from '../metrics.ts';
import type { PublishedFile } from '../service.ts';
import type { Desk, Field, Outcome } from './desk.ts';
import type { Access } from './trail.ts';

export const CONSOLE = '/console';

/** Also the content security policy knows it: nothing else is loaded. */
export const STYLE = `
:root{color-scheme:light dark;--line:#8a8f98;--ink:#16191d;--paper:#fff;--soft:#f1f3f5;--blue:#0b57a4;--red:#a4161a;--green:#14632b}
@media (prefers-color-scheme:dark){:root{--line:#6b7280;--ink:#eceff3;--paper:#15181c;--soft:#20242a;--blue:#7ab8ff;--red:#ff9a9a;--green:#8fdca6}}
*{box-sizing:border-box}
body{margin:0;font:17px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
header,main{max-width:54rem;margin:0 auto;padding:.75rem 1.25rem}
header{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:center;border-bottom:1px solid var(--line)}
header strong{margin-right:auto}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:center}
nav a[aria-current]{color:inherit;font-weight:600;text-decoration:none}
a{color:var(--blue)}
h1{font-size:1.6rem;margin:1rem 0 .25rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}
form.entry{display:grid;gap:1rem;max-width:27rem;margin:1.25rem 0}
label{font-weight:600;display:block}.hint{margin-bottom:.3rem;color:inherit;opacity:.8;font-size:.92rem;display:block;font-weight:400}
input,select{font:inherit;width:100%;padding:.5rem .6rem;border:1px solid var(--line);border-radius:4px;color:inherit;background:var(--paper)}
input[aria-invalid]{border:2px solid var(--red)}
button{font:inherit;font-weight:600;padding:.55rem 1.2rem;border:0;border-radius:4px;background:var(--blue);color:var(--paper);cursor:pointer;justify-self:start}
nav button{background:none;color:var(--blue);padding:0;font-weight:400;text-decoration:underline}
:focus-visible{outline:3px solid var(--blue);outline-offset:2px}
.note{padding:.7rem 1rem;border-left:5px solid var(--green);background:var(--soft);max-width:40rem}
.note.wrong{border-color:var(--red)}
.code{font:700 2rem/1.3 ui-monospace,monospace;letter-spacing:.08em;display:block}
.captcha{font:700 1.3rem ui-monospace,monospace;letter-spacing:.3em}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;opacity:.8;padding-bottom:.25rem}
th,td{text-align:left;padding:.3rem .9rem .3rem 0;border-bottom:1px solid var(--line);white-space:nowrap}
td.number,th.number{text-align:right}
.bar{display:inline-block;height:.7em;background:var(--blue);vertical-align:baseline}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0;padding:0}
.figures div{background:var(--soft);border-radius:6px;padding:.6rem .8rem}
dt{font-size:.9rem;opacity:.85}dd{margin:0;font-size:1.5rem;font-weight:600;font-variant-numeric:tabular-nums}
`;

export interface Visitor {
  readonly operator: string;
  /** Their access before this one; undefined: the first. */
  readonly last: Access | undefined;
  /** When the session ends if nothing is done. */
  readonly ends: UnixSeconds;
  readonly token: string;
  /** Where they may go. */
  readonly desks: readonly Pick<Desk, 'path' | 'title'>[];
}

/** Where the form of a desk is shown, and sent. */
export const deskUrl = ({ path }: Pick<Desk, 'path'>): string => `${CONSOLE}/${path}`;

const when = (time: UnixSeconds): string =>
  element('time', { datetime: isoTime(time) }, `${isoTime(time).slice(0, 16).replace('T', ' ')} UTC`);

const STATUS = 'Status';

/** All pages, that which is open being no link; logging out changes something and is a form. */
function navigation({ desks, token }: Visitor, here: string): string {
  const links = [
    ...desks.map((desk) => ({ href: deskUrl(desk), text: desk.title })),
    { href: `${CONSOLE}/status`, text: STATUS },
  ].map(({ href, text }) =>
    element('a', { href, 'aria-current': text === here ? 'page' : undefined }, escapeXml(text)),
  );
  return element('nav', {}, ...links, form(`${CONSOLE}/logout`, token, element('button', {}, 'Log out')));
}

function page(title: string, body: string, { visitor, refresh }: { visitor?: Visitor; refresh?: number } = {}): string {
  const nav = visitor ? navigation(visitor, title) : '';
  const again = refresh === undefined ? '' : `<meta http-equiv="refresh" content="${refresh}">`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">${again}
<title>${escapeXml(title)} - enlab</title><link rel="stylesheet" href="${CONSOLE}/style.css"></head>
<body><header><strong>enlab backend</strong>${nav}</header><main><h1>${escapeXml(title)}</h1>
${body}
</main></body></html>
`;
}

const form = (
  action: string,
  token: string,
  content: string,
  attributes: Readonly<Record<string, string>> = {},
): string =>
  element(
    'form',
    { method: 'post', action, ...attributes },
    element('input', { type: 'hidden', name: '_csrf', value: token }),
    content,
  );

const note = (text: string, isWrong: boolean, more = ''): string =>
  element(
    'p',
    { class: isWrong ? 'note wrong' : 'note', role: isWrong ? 'alert' : 'status', id: 'outcome' },
    escapeXml(text),
    more,
  );

interface Entry {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly type?: string;
  readonly value?: string;
  readonly autocomplete?: string;
  readonly longest?: number;
  readonly isWrong?: boolean;
}

function entry({ name, label, hint, type = 'text', value, autocomplete = 'off', longest, isWrong }: Entry): string {
  const described = [hint && `${name}-hint`, isWrong && 'outcome'].filter(Boolean).join(' ');
  return element(
    'div',
    {},
    element('label', { for: name }, escapeXml(label), hintOf(name, hint)),
    element('input', {
      id: name,
      name,
      type,
      value,
      autocomplete,
      required: '',
      ...(longest !== undefined && { maxlength: longest }),
      ...(described && { 'aria-describedby': described }),
      ...(isWrong && { 'aria-invalid': 'true', autofocus: '' }),
    }),
  );
}

const hintOf = (name: string, hint: string | undefined): string =>
  hint === undefined ? '' : element('span', { class: 'hint', id: `${name}-hint` }, escapeXml(hint));

export interface Login {
  readonly token: string;
  /** What stands in for a captcha; absent: none is asked for yet. */
  readonly captcha?: string;
  readonly message?: string;
  readonly operator?: string;
}

export function loginPage({ token, captcha, message, operator }: Login): string {
  const fields = [
    entry({ name: 'operator', label: 'Name', autocomplete: 'username', longest: 32, value: operator ?? '' }),
    entry({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', longest: 200 }),
    captcha === undefined
      ? ''
      : `${element('p', {}, 'Stands in for a captcha: ', element('span', { class: 'captcha' }, captcha))}${entry({ name: 'captcha', label: 'Type these symbols', longest: 10 })}`,
    element('button', {}, 'Log in'),
  ];
  return page(
    'Log in',
    `${message === undefined ? '' : note(message, true)}${form(`${CONSOLE}/login`, token, fields.join(''), { class: 'entry' })}`,
  );
}

/** A form as it is shown after it was sent, or for the first time. */
export interface DeskState {
  readonly outcome?: Outcome;
  /** What was typed, shown again where it was refused. */
  readonly values?: Readonly<Record<string, string>>;
  readonly trail: readonly Access[];
}

export function deskPage(desk: Desk, visitor: Visitor, { outcome, values = {}, trail }: DeskState): string {
  const wrong = outcome?.done === false ? outcome.field : undefined;
  const said = outcome
    ? note(
        outcome.message,
        !outcome.done,
        outcome.done && outcome.code ? element('span', { class: 'code' }, escapeXml(outcome.code)) : '',
      )
    : '';
  const last = visitor.last ? `last here ${when(visitor.last.time)}` : 'here for the first time';
  return page(
    desk.title,
    `${element('p', {}, `${escapeXml(visitor.operator)}, ${last}. The session ends ${when(visitor.ends)} if nothing is done.`)}
${element('p', {}, escapeXml(desk.introduction))}${said}
${form(
  deskUrl(desk),
  visitor.token,
  `${desk.fields.map((one) => fieldOf(one, values[one.name], one.name === wrong)).join('')}${element('button', {}, escapeXml(desk.button))}`,
  { class: 'entry' },
)}
${element('h2', {}, 'Access trail')}${trailTable(trail)}`,
    { visitor },
  );
}

/** An entry, or a choice, which cannot be wrong unless the form was not ours. */
function fieldOf(
  { name, label, hint, type, choices = [], longest }: Field,
  value: string | undefined,
  isWrong: boolean,
) {
  if (type !== 'choice') return entry({ name, label, hint, type, value: value ?? '', longest, isWrong });
  const options = choices.map((choice) =>
    element(
      'option',
      { value: choice.value, ...(choice.value === value && { selected: '' }) },
      escapeXml(choice.label),
    ),
  );
  return element(
    'div',
    {},
    element('label', { for: name }, escapeXml(label), hintOf(name, hint)),
    element('select', { id: name, name }, ...options),
  );
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  /** Numbers stand on the right; markup is written as it is. */
  readonly rows: readonly (readonly (string | number | { readonly markup: string })[])[];
}

export function tableOf({ caption, columns, rows }: Table): string {
  if (rows.length === 0) return element('p', {}, 'Nothing yet.');
  const isNumber = (k: number): boolean => typeof rows[0]![k] === 'number';
  const head = columns.map((text, k) =>
    element('th', { scope: 'col', class: isNumber(k) ? 'number' : undefined }, escapeXml(text)),
  );
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      ...row.map((value) =>
        typeof value === 'object'
          ? element('td', {}, value.markup)
          : element('td', { class: typeof value === 'number' ? 'number' : undefined }, escapeXml(String(value))),
      ),
    ),
  );
  const table = element(
    'table',
    {},
    element('caption', {}, escapeXml(caption)),
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...body),
  );
  return element('div', { class: 'scroll' }, table);
}

const TRAIL_ROWS = 20;

const trailTable = (trail: readonly Access[]): string =>
  tableOf({
    caption: `The last ${TRAIL_ROWS} entries; codes are never written down`,
    columns: ['time', 'operator', 'action', 'outcome'],
    rows: trail
      .slice(-TRAIL_ROWS)
      .toReversed()
      .map(({ time, operator, action, outcome }) => [{ markup: when(time) }, operator, action, outcome]),
  });

export interface StatusFigures extends Figures {
  readonly now: UnixSeconds;
  /** Of people: uploads, keys and so on, by name. */
  readonly counts: Readonly<Record<string, number | null>>;
  /** The newest key files, newest first. */
  readonly published: readonly PublishedFile[];
}

/** Seconds between two looks. */
const REFRESH = 5;
const BAR_PIXELS = 220;

export function statusPage(figures: StatusFigures, visitor: Visitor): string {
  const { now, counts, published, requests, missed } = figures;
  const most = published.reduce((largest, { keys }) => Math.max(largest, keys), 1);
  const shown = [...Object.entries(counts), ['deadlines missed', missed] as const];
  const cards = shown.map(([name, value]) =>
    element(
      'div',
      {},
      element('dt', {}, escapeXml(worded(name))),
      element('dd', {}, value === null ? 'none' : String(value)),
    ),
  );
  return page(
    'Status',
    `${element('p', {}, `By the clock of the backend it is ${when(now)}. This page looks again every ${REFRESH} seconds.`)}
${element('dl', { class: 'figures' }, ...cards)}
${element('h2', {}, 'Keys in the newest files')}
${tableOf({
  caption: 'The newest first',
  columns: ['file', 'keys', ''],
  rows: published.map(({ name, keys }) => [name, keys, { markup: bar((keys / most) * BAR_PIXELS) }]),
})}
${element('h2', {}, 'Requests since the start')}
${tableOf({
  caption: 'Latency is the mean from the head of a request to its reply',
  columns: ['endpoint', 'requests', 'dummies', 'refused', 'latency, ms'],
  rows: requests.map(({ endpoint, requests: all, dummies, refused, mean }) => [
    endpoint,
    all,
    dummies,
    refused,
    Math.round(mean * 10) / 10,
  ]),
})}`,
    { visitor, refresh: REFRESH },
  );
}

/** A drawing, so that no style stands in the page: the policy forbids it. */
const bar = (width: number): string =>
  element(
    'svg',
    { width: BAR_PIXELS, height: 12, 'aria-hidden': 'true' },
    element('rect', { width, height: 12, class: 'bar', fill: 'currentColor', opacity: 0.55 }),
  );

/** "newestBatch" -> "newest batch". */
/** Names of which people write letters large. */
const NAMES: Readonly<Record<string, string>> = { tans: 'TANs', teleTans: 'teleTANs' };

const worded = (name: string): string =>
  NAMES[name] ?? name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
