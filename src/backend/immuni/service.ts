/** Immuni's services in one: passwords, ingestion, reporting and settings (backend spec A). */
import { uniformFrom } from '../../core/entropy.ts';
import { EnlabError } from '../../core/errors.ts';
import { defined } from '../../core/object.ts';
import { isoDay, parseIsoDay, utcDayOf } from '../../core/time.ts';
import { SECONDS_PER_DAY, type UnixSeconds } from '../../core/units.ts';
import { publicKeyPem } from '../../protocol/export/keyPair.ts';
import { appleOperationalInfo, appleToken, googleOperationalInfo } from '../../protocol/wire/immuni/analytics.ts';
import { health } from '../../protocol/wire/immuni/health.ts';
import {
  checkOtpEndpoint,
  type ImmuniUpload,
  uploadDates,
  uploadEndpoint,
} from '../../protocol/wire/immuni/ingestion.ts';
import { keysBatch, keysEuBatch, keysEuIndex, keysIndex } from '../../protocol/wire/immuni/keys.ts';
import { otpToken } from '../../protocol/wire/immuni/otp.ts';
import { authoriseOtp, OTP_LIFETIME_SECONDS, otpDates } from '../../protocol/wire/immuni/otpService.ts';
import { dateProblem, immuniError } from '../../protocol/wire/immuni/parts.ts';
import { settings } from '../../protocol/wire/immuni/settings.ts';
import { buildReply, type ReplyMessage } from '../../protocol/wire/messages.ts';
import { immuni as immuniTarget } from '../../risk/config/immuni.ts';
import { checkDocument } from '../../risk/config/registry.ts';
import { answer } from '../answer.ts';
import type { Equality } from '../equality.ts';
import { etagOf } from '../etag.ts';
import { REGION_HEADER } from '../operator.ts';
import { hidden } from '../secrets.ts';
import { every, NEWEST_FILES, type Route, route, type Service } from '../service.ts';
import { aggregatesCsv } from './aggregates.ts';
import { openAnalytics } from './analytics/routes.ts';
import { delays, type Waiting } from './delays.ts';
import { immuniDesk } from './desk.ts';
import { documentRoutes, isHost, withDocumentsAt } from './documents.ts';
import { coarseSummary } from './epidemiology.ts';
import { KeyFiles, signedFile } from './keyFiles.ts';
import { KEY_DAYS } from './keyFilter.ts';
import type { ImmuniPorts } from './ports.ts';
import { immuniRetention } from './retention.ts';
import type { Report } from './store/operations.ts';

/** MAX_KEYS_PER_BATCH; what is beyond waits for the next batch. */
export const BATCH_KEYS = 10_000;
/** How often a dummy check is told that its password is wrong, as people mistype genuine ones (backend spec A4). */
const DUMMY_REFUSALS = 0.01;
const ID_BYTES = 16;
const SHA256_HEX_LENGTH = 64;

/** With everything that only some systems have. */
type ImmuniService = Service & Required<Pick<Service, 'extract' | 'aggregates'>>;

/** Replies of the deployed services are shorter than this, refusals with their error too. */
const equality: Equality = {
  endpoints: new Set([checkOtpEndpoint, uploadEndpoint, appleToken, appleOperationalInfo, googleOperationalInfo]),
  deadline: 0.25,
  bytes: 400,
};

export async function openImmuni(ports: ImmuniPorts): Promise<ImmuniService> {
  const files = new KeyFiles();
  for (const { number, published, file } of await ports.store.run('batches', undefined))
    files.add(number, published, file);
  const care = careOf(ports, files);
  const served = servedSettings(ports);
  const [authorising] = passwordRoutes(ports) as [Route];
  const analytics = openAnalytics(ports, refusal, () => uniformFrom(ports.entropy));
  return {
    routes: [
      ...served.routes,
      ...documentRoutes,
      authorising,
      ...ingestionRoutes(ports),
      ...reportingRoutes(files),
      ...analytics.routes,
      route(health, () => buildReply(health, 200, undefined)),
    ],
    internal: [authoriseOtp],
    ...(ports.rules.delays === 'deadline' && { equality }),
    retention: immuniRetention,
    publicKey: publicKeyPem(ports.secrets.signing.publicKey),
    ready: (path) => files.ready(path),
    refuse: refusal,
    unknown: (status) => ({ ...failureReply('unknown'), status }),
    jobs: [
      { name: 'publish', next: every(ports.rules.batchPeriod), run: async () => void (await care.publish()) },
      // Passwords live for 150 s; everything else goes at night, but a day has its midnight among these minutes.
      { name: 'authorise analytics tokens', next: every(60), run: () => analytics.catchUp() },
      { name: 'expire', next: every(60), run: async () => void (await care.expire()) },
    ],
    configure: (document) => served.configure(document),
    ...care,
    async published() {
      const newest = await ports.store.run('newestBatches', { limit: NEWEST_FILES });
      return newest.map(({ number, keys }) => ({ name: `batch ${number}`, keys }));
    },
    isDummy: (headers) => headers['immuni-dummy-data'] === '1',
    desks: [immuniDesk(ports, async (message) => answer({ refuse: refusal }, authorising, message))],
  };
}

/** A body of an error, of which status and endpoint are left open. */
const failureReply = (name: Parameters<typeof immuniError>[0]): ReplyMessage =>
  buildReply(settings, 400, immuniError(name));

const refusal: Service['refuse'] = (endpoint, part) => ({
  ...failureReply(part === 'size' ? 'unknown' : 'schema'),
  status: endpoint.refusals[part],
});

/** Settings as they are served until others take their place; documents stand where the server was asked. */
function servedSettings({ settings: first, pilotRegions, scheme }: ImmuniPorts) {
  const replyWith = (given: ImmuniPorts['settings']): ReplyMessage => {
    const document = pilotRegions ? { ...given, experimental_phase: true } : given;
    return buildReply(settings, 200, document as Parameters<typeof buildReply<typeof settings, 200>>[2]);
  };
  const replyFor = (host: unknown): ReplyMessage => {
    const body = isHost(host) ? withDocumentsAt(given.body, `${scheme}://${host}`) : given.body;
    return { ...given, body, headers: { ...given.headers, etag: etagOf(body) } };
  };
  let given = replyWith(first);
  // Nearly all ask by the same name.
  let last: { readonly host: unknown; readonly reply: ReplyMessage } | undefined;
  return {
    routes: [
      route(settings, ({ headers: { host } }) => {
        if (last?.host !== host || !last) last = { host, reply: replyFor(host) };
        return last.reply;
      }),
    ],
    configure(document: ImmuniPorts['settings']) {
      if (checkDocument(immuniTarget, document).issues.length > 0)
        throw new EnlabError('E-FILE-INVALID', 'these are no settings of Immuni');
      given = replyWith(document);
      last = undefined;
    },
  };
}

/** What stands for a password in the store: both sides know its SHA-256, which is what the phone shows. */
const hashOf = ({ secrets }: ImmuniPorts, token: string): Uint8Array => hidden(secrets, token.toLowerCase());

/** While Immuni is tried out in some regions, codes of all others are not accepted (seed 002, chapter 3). */
const mayAuthorise = ({ pilotRegions }: ImmuniPorts, region: unknown): boolean =>
  pilotRegions === undefined ||
  (typeof region === 'string' && pilotRegions.some((one) => one.toLowerCase() === region.toLowerCase()));

const passwordRoutes = (ports: ImmuniPorts): readonly Route[] => [
  route(authoriseOtp, async ({ body, headers }) => {
    if (!mayAuthorise(ports, headers[REGION_HEADER])) return { ...failureReply('unknown'), status: 403 };
    const now = ports.clock.now();
    if (dateProblem(otpDates(body), utcDayOf(now)) !== undefined) return refusal(authoriseOtp, 'body');
    const token = body.otp.length === SHA256_HEX_LENGTH ? body.otp : otpToken(body.otp);
    const onset = parseIsoDay(body.symptoms_started_on)!;
    const expires = now + OTP_LIFETIME_SECONDS;
    const isNew = await ports.store.run('authorise', { hash: hashOf(ports, token), onset, now, expires });
    return isNew
      ? buildReply(authoriseOtp, 204, undefined)
      : buildReply(authoriseOtp, 409, immuniError('otpCollision'));
  }),
];

type Ingestion = typeof checkOtpEndpoint | typeof uploadEndpoint;
const unauthorised = (endpoint: Ingestion): ReplyMessage => buildReply(endpoint, 401, immuniError('unauthorisedOtp'));
const done = (endpoint: Ingestion): ReplyMessage => buildReply(endpoint, 204, undefined);

const ingestionRoutes = (ports: ImmuniPorts): readonly Route[] => {
  const { clock, store, rules } = ports;
  return [
    route(checkOtpEndpoint, async ({ headers }) => {
      const isDummy = headers['immuni-dummy-data'] === 1;
      const isGood = isDummy
        ? uniformFrom(ports.entropy) >= DUMMY_REFUSALS
        : await store.run('isAuthorised', { hash: hashOf(ports, headers.authorization), now: clock.now() });
      await delayed(ports, { isCheck: true, isDummy });
      return isGood ? done(checkOtpEndpoint) : unauthorised(checkOtpEndpoint);
    }),
    route(uploadEndpoint, async ({ headers, body }) => {
      const now = clock.now();
      if (dateProblem(uploadDates(body), utcDayOf(now)) !== undefined) return refusal(uploadEndpoint, 'body');
      if (headers['immuni-dummy-data'] === 1) {
        await delayed(ports, { isCheck: false, isDummy: true });
        return done(uploadEndpoint);
      }
      const outcome = await store.run('upload', {
        hash: hashOf(ports, headers.authorization),
        now,
        ...(rules.usesClientClock && { clientClock: headers['immuni-client-clock'] }),
        teks: body.teks,
        transmissionRisks: rules.transmissionRisks,
        embargo: rules.embargo,
        ...reportOf(ports, body),
      });
      return outcome === 'unauthorised' ? unauthorised(uploadEndpoint) : done(uploadEndpoint);
    }),
  ];
};

async function delayed({ rules, entropy, wait }: ImmuniPorts, waiting: Waiting): Promise<void> {
  const seconds = delays[rules.delays](waiting, entropy);
  if (seconds > 0) await wait(seconds);
}

/** Nothing of a phone that knows of no exposure: an empty row would only say that somebody in the province is ill. */
function reportOf({ entropy, rules }: ImmuniPorts, upload: ImmuniUpload) {
  const { province, exposure_detection_summaries: summaries } = upload;
  if (summaries.length === 0) return {};
  const kept = rules.coarseDurations ? summaries.map(coarseSummary) : summaries;
  return { report: { id: entropy(ID_BYTES), province, summaries: JSON.stringify(kept) } };
}

const reportingRoutes = (files: KeyFiles): readonly Route[] => [
  route(keysIndex, () => {
    const range = files.range();
    return range ? buildReply(keysIndex, 200, range) : buildReply(keysIndex, 404, immuniError('noBatches'));
  }),
  route(keysBatch, ({ parameters: { index } }) => {
    const found = files.get(index);
    if (!found) return buildReply(keysBatch, 404, immuniError('batchNotFound'));
    return found.reply;
  }),
  // enlab has no federation yet: no other country has batches.
  route(keysEuIndex, () => buildReply(keysEuIndex, 404, immuniError('noBatches'))),
  route(keysEuBatch, () => buildReply(keysEuBatch, 404, immuniError('batchNotFound'))),
];

const careOf = (
  { clock, store, secrets, rules }: ImmuniPorts,
  files: KeyFiles,
): Pick<ImmuniService, 'publish' | 'expire' | 'purge' | 'extract' | 'aggregates' | 'status'> => ({
  async publish() {
    const keys = await store.run('waitingKeys', { limit: BATCH_KEYS });
    if (keys.length === 0) return { keys: 0, batch: 0 };
    const published = clock.now();
    const file = signedFile(keys, windowBefore(published, rules.batchPeriod), secrets.signing);
    const batch = await store.run('addBatch', { published, keyData: keys.map(({ keyData }) => keyData), file });
    files.add(batch, published, file);
    return { keys: keys.length, batch };
  },
  async expire() {
    const now = clock.now();
    const kept = KEY_DAYS * SECONDS_PER_DAY;
    files.expire(now - kept);
    const { reportsKept: epidemiology, infoKept } = rules;
    const expired = await store.run('expire', { now, keys: kept, ...defined({ epidemiology, analytics: infoKept }) });
    if (Object.values(expired).some((count) => count > 0)) await store.wipe();
    return { ...expired };
  },
  async purge() {
    files.expire(Number.POSITIVE_INFINITY);
    const deleted = await store.run('purge', undefined);
    await store.wipe();
    return { ...deleted };
  },
  async extract() {
    const reports = await store.run('reports', undefined);
    return reports.map(lineOf).join('');
  },
  async aggregates(below) {
    const { infos, reports } = await store.run('countsByProvince', { today: utcDayOf(clock.now()) });
    return aggregatesCsv(infos, reports, below);
  },
  async status() {
    const range = files.range();
    return {
      ...(await store.run('counts', undefined)),
      oldestBatch: range?.oldest ?? null,
      newestBatch: range?.newest ?? null,
    };
  },
});

/** What "trace import" reads; the day of the upload and the province stand beside it. */
const lineOf = ({ day, province, summaries }: Report): string =>
  `{"date":"${isoDay(day)}","province":"${province}","exposure_detection_summaries":${summaries}}\n`;

/** Whole seconds: the format has no finer time. */
const windowBefore = (published: UnixSeconds, period: number) => ({
  start: Math.floor(published) - period,
  end: Math.floor(published),
});
