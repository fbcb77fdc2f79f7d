/** The servers of the Corona-Warn-App in one: verification, test results, submission, distribution (backend spec B). */
import { isoDay, utcDayOf } from '../../core/time.ts';
import { publicKeyPem } from '../../protocol/export/keyPair.ts';
import { submitKeys, tooLargeMessage } from '../../protocol/wire/cwa/submission.ts';
import {
  appResult,
  labResults,
  pocNatResult,
  pocNatResults,
  quickTestResult,
  quickTestResults,
} from '../../protocol/wire/cwa/testResultServer.ts';
import { teleTan, verifyTan } from '../../protocol/wire/cwa/verification.ts';
import type { Endpoint } from '../../protocol/wire/endpoint.ts';
import type { ReplyMessage, RequestMessage } from '../../protocol/wire/messages.ts';
import { answer } from '../answer.ts';
import type { Equality } from '../equality.ts';
import { every, NEWEST_FILES, type Service } from '../service.ts';
import { openConfigurations } from './configuration.ts';
import { teleTanDesk, testDesk } from './desk.ts';
import { HOUR_DAYS, openDistribution } from './distribution.ts';
import { equalEndpoints, fakeWaits } from './fakeWait.ts';
import type { CwaPorts } from './ports.ts';
import { cwaRetention, RESULT_DAYS, SESSION_DAYS } from './retention.ts';
import { WHOLE_DAY } from './store/submission.ts';
import { KEY_DAYS, submissionRoutes } from './submission.ts';
import { verificationRoutes } from './verification.ts';

const HOUR = 3600;

/** A refusal without body is as long as the longest reply. */
const equality: Equality = { endpoints: equalEndpoints, deadline: 0.25, bytes: 400 };

/** Throws E-FILE-INVALID for settings that no app reads. */
export async function openCwa(ports: CwaPorts): Promise<Service> {
  const { clock, store, secrets, settings } = ports;
  const fakeWait = fakeWaits(ports);
  const configurations = openConfigurations(settings, secrets);
  const distribution = await openDistribution(ports);
  const expire = async () => {
    const now = clock.now();
    const kept = { sessions: SESSION_DAYS, results: RESULT_DAYS, keys: KEY_DAYS, hours: HOUR_DAYS };
    const expired = await store.run('expire', { now, today: utcDayOf(now), ...kept });
    if (expired.packages > 0) await distribution.reload();
    if (Object.values(expired).some((count) => count > 0)) await store.wipe();
    return { ...expired };
  };
  const verification = verificationRoutes(ports, fakeWait);
  const asked = async (message: RequestMessage, endpoint: Endpoint): Promise<ReplyMessage> =>
    answer({ refuse: refusal }, verification.find((route) => route.endpoint === endpoint)!, message);
  return {
    routes: [...verification, ...submissionRoutes(ports, fakeWait), ...distribution.routes, ...configurations.routes],
    internal: [
      verifyTan,
      teleTan,
      labResults,
      quickTestResults,
      pocNatResults,
      appResult,
      quickTestResult,
      pocNatResult,
    ],
    ...(ports.rules.delays === 'deadline' && { equality }),
    jobs: [
      { name: 'publish', next: every(HOUR), run: async (now) => void (await distribution.publish(now)) },
      { name: 'expire', next: every(60), run: async () => void (await expire()) },
    ],
    publicKey: publicKeyPem(secrets.signing.publicKey),
    ready: (path) => distribution.ready(path),
    refuse: refusal,
    unknown: (status) => ({ status, headers: {}, body: new Uint8Array() }),
    configure: (document) => configurations.configure(document),
    // An hour that is not over yet, for those who do not want to wait for its end.
    publish: async () => ({ ...(await distribution.publish(clock.now() + HOUR)) }),
    expire,
    async purge() {
      const deleted = await store.run('purge', undefined);
      await distribution.reload();
      await store.wipe();
      return { ...deleted };
    },
    retention: cwaRetention,
    async published() {
      const newest = await store.run('newestPackages', { limit: NEWEST_FILES });
      return newest.map(({ country, day, hour, keys }) => ({
        name: `${country} ${isoDay(day)}${hour === WHOLE_DAY ? '' : ` ${hour}:00`}`,
        keys,
      }));
    },
    isDummy: (headers) => (headers['cwa-fake'] ?? '0') !== '0',
    desks: [teleTanDesk(asked), testDesk(asked)],
    status: async () => ({ ...(await store.run('counts', undefined)) }),
  };
}

/** Errors have no body, but for one. */
function refusal(endpoint: Endpoint, part: Parameters<Service['refuse']>[1]): ReplyMessage {
  const isTooLarge = part === 'size' && endpoint === submitKeys;
  const body = isTooLarge ? Buffer.from(tooLargeMessage()) : new Uint8Array();
  return { status: endpoint.refusals[part], headers: {}, body };
}
