/** device status: what a phone knows, and why it warned. */
import type { ReportDocument, Table } from '../../../src/core/document.ts';
import { isoDay, isoTime } from '../../../src/core/time.ts';
import { counted } from '../../../src/core/words.ts';
import type { Action } from '../../../src/device/memory.ts';
import { switches } from '../../../src/device/profile.ts';
import type { SavedPhone } from '../../../src/device/saved.ts';
import { type CommandModule, examples } from '../../command.ts';
import { addStoreOption, openPhone, type StoreFlags, timeOn } from '../../device/phone.ts';
import type { Edge } from '../../edge.ts';
import { withDestinations } from '../../files.ts';
import type { DeviceStatusResult } from '../../schemas.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

/** Seconds. */
const LATE = 3600;

const ADVICE: Readonly<Record<Action, string>> = { 'stay-home-call-doctor': 'Stay at home and call your doctor.' };

type Flags = StoreFlags & ShowFlags;

export const define: CommandModule['define'] = (command, edge) => {
  addStoreOption(command);
  addShowOptions(command);
  examples(command, [['enlab device status --store out/bruno', 'exposures, and the notification with its reason']]);
  command.action((flags: Flags) =>
    withDestinations(edge, { inputs: [], outputs: [flags.out] }, async ([out]) => {
      const result = resultOf(edge, flags.store, openPhone(edge, flags.store));
      await show(edge, flags, out, result, documentOf(result));
    }),
  );
};

function resultOf(edge: Edge, store: string, phone: SavedPhone): DeviceStatusResult {
  const { keys, heard, lastSync, exposures, notification, cwa } = phone.memory;
  return {
    schema: 'enlab.device.status',
    version: 1,
    options: { store },
    data: { n: exposures.length },
    clock: isoTime(timeOn(edge, phone)),
    app: phone.profile.app,
    platform: phone.profile.platform,
    on: switches.filter((name) => phone.profile.on[name]),
    keys: keys.length,
    sightings: heard.length,
    lastSync: lastSync === null ? null : isoTime(lastSync),
    test: cwa.test && {
      registered: isoTime(cwa.test.registered),
      state: cwa.test.state,
      submitted: cwa.test.submitted && isoTime(cwa.test.submitted.time),
      followUp: cwa.test.submitted?.followUp ?? null,
    },
    background: phone.profile.background,
    runs: phone.memory.background.runs.map(({ due, time, ...run }) => ({
      due: isoTime(due),
      time: isoTime(time),
      late: Math.round(time - due),
      ...run,
    })),
    exposures: exposures.map(({ day, found, attenuationDurations, ...exposure }) => ({
      day: isoDay(day),
      ...exposure,
      attenuationDurations: [...attenuationDurations],
      found: isoTime(found),
    })),
    notification: notification && {
      ...notification,
      time: isoTime(notification.time),
      lastExposure: isoDay(notification.lastExposure),
      reason: [...notification.reason],
    },
  };
}

function documentOf({
  clock,
  on,
  keys,
  sightings,
  lastSync,
  runs,
  exposures,
  test,
  notification,
}: DeviceStatusResult): ReportDocument {
  const summary = [
    `It is ${clock}. ${counted(keys, 'key')}, ${counted(sightings, 'sighting')}; last sync ${lastSync ?? 'never'}.`,
    ...(runs.length > 0 ? [summaryOf(runs)] : []),
    ...(test ? [testText(test)] : []),
    `Switched off: ${switches.filter((name) => !on.includes(name)).join(', ') || 'nothing'}.`,
    notification
      ? `The user was notified at ${notification.time}${notification.shown ? '' : ' (not shown: notifications are off)'}: score ${notification.score} ${notification.operator} threshold ${notification.threshold}, last exposure on ${notification.lastExposure}. ${ADVICE[notification.action]}`
      : 'No notification.',
  ];
  const found: Table = {
    kind: 'table',
    name: 'exposures',
    caption: `${counted(exposures.length, 'exposure')} to people who were ill`,
    columns: [
      { key: 'day', label: 'day' },
      { key: 'minutes', label: 'minutes' },
      { key: 'attenuation', label: 'dB' },
      { key: 'transmissionLevel', label: 'transmission level' },
      { key: 'score', label: 'score' },
      { key: 'found', label: 'found' },
    ],
    rows: exposures.map(({ day, minutes, attenuation, transmissionLevel, score, found: time }) => ({
      day,
      minutes,
      attenuation,
      transmissionLevel,
      score,
      found: time,
    })),
  };
  const reason: Table = {
    kind: 'table',
    name: 'reason',
    caption: 'Why, step by step',
    columns: [
      { key: 'what', label: 'what' },
      { key: 'value', label: 'value' },
      { key: 'because', label: 'because' },
    ],
    rows: notification?.reason ?? [],
  };
  return {
    title: 'Phone',
    summary,
    sections: [
      { id: 'exposures', title: 'Exposures', blocks: exposures.length > 0 ? [found] : [] },
      { id: 'runs', title: 'Background', blocks: runs.some(isTroubled) ? [runTable(runs)] : [] },
      { id: 'reason', title: 'Reason', blocks: notification ? [reason] : [] },
    ].filter(({ blocks }) => blocks.length > 0),
    provenance: {},
  };
}

const FOLLOW_UP: Readonly<Record<string, string>> = {
  due: 'the key of that day is sent on the next',
  done: 'the key of that day was sent as well',
  refused: 'the key of that day was refused: there was no second TAN',
  late: 'the key of that day was not sent in time',
};

const testText = ({ registered, state, submitted, followUp }: NonNullable<DeviceStatusResult['test']>): string =>
  submitted === null
    ? `A test, registered at ${registered}, is ${state}.`
    : `A test, registered at ${registered}, is ${state}; keys were sent at ${submitted}, ${FOLLOW_UP[followUp!]}.`;

type Runs = DeviceStatusResult['runs'];

const isTroubled = ({ late, why }: Runs[number]): boolean => late >= LATE || why !== null;

const summaryOf = (runs: Runs): string =>
  `${counted(runs.length, 'background run')}, ${runs.filter(isTroubled).length} of them an hour late or more, held, failed or incomplete.`;

function runTable(runs: Runs): Table {
  return {
    kind: 'table',
    name: 'runs',
    caption: 'Runs that were an hour late or more, held or failed',
    columns: [
      { key: 'time', label: 'time' },
      { key: 'hoursLate', label: 'hours late' },
      { key: 'outcome', label: 'outcome' },
      { key: 'why', label: 'why' },
    ],
    rows: runs.filter(isTroubled).map(({ time, late, outcome, why }) => ({
      time,
      hoursLate: Math.round(late / 360) / 10,
      outcome,
      why: why ?? 'the system gave it no time before',
    })),
  };
}
