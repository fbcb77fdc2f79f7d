/** Analytics: how phones are set up and whether they warned. No phone learns from a reply what became of it. */
import type { Entropy } from '../../../core/entropy.ts';
import { parseIsoDay, utcDayOf } from '../../../core/time.ts';
import type { UnixSeconds } from '../../../core/units.ts';
import {
  type AppleInfo,
  analyticsDates,
  appleOperationalInfo,
  appleToken,
  googleOperationalInfo,
} from '../../../protocol/wire/immuni/analytics.ts';
import { ATTESTATION_SKEW, isAttested } from '../../../protocol/wire/immuni/attestation.ts';
import { dateProblem } from '../../../protocol/wire/immuni/parts.ts';
import { buildReply } from '../../../protocol/wire/messages.ts';
import { hidden } from '../../secrets.ts';
import { type Route, route, type Service } from '../../service.ts';
import type { ImmuniPorts } from '../ports.ts';
import type { OperationalInfo } from '../store/analytics.ts';
import { Authorisation } from './authorisation.ts';
import { deviceCheckDouble } from './deviceCheck.ts';

const ID_BYTES = 16;

export interface Analytics {
  readonly routes: readonly Route[];
  /** Authorises the tokens whose time has come. */
  catchUp(): Promise<void>;
}

export function openAnalytics(ports: ImmuniPorts, refuse: Service['refuse'], draw: () => number): Analytics {
  const { clock, store, secrets, rules } = ports;
  const hashOf = (token: string): Uint8Array => hidden(secrets, `analytics ${token}`);
  const authorisation = new Authorisation({
    mode: rules.analytics,
    deviceCheck: deviceCheckDouble(store, secrets),
    authorise: (hash, now) => store.run('authoriseToken', { hash, now }),
    draw,
  });
  const catchUp = (): Promise<void> => authorisation.catchUp(clock.now());
  const hasWrongDate = (info: AppleInfo): boolean =>
    dateProblem(analyticsDates(info), utcDayOf(clock.now())) !== undefined;
  const salts = new Salts();
  return {
    catchUp,
    routes: [
      route(appleToken, async ({ body: { analytics_token: token, device_token: deviceToken } }) => {
        await catchUp();
        const hash = hashOf(token);
        const now = clock.now();
        const isGood = (): Promise<boolean> => store.run('isTokenAuthorised', { hash, now });
        if (await isGood()) return buildReply(appleToken, 201, undefined);
        await authorisation.begin({ hash, deviceToken }, now);
        return buildReply(appleToken, (await isGood()) ? 201 : 202, undefined);
      }),
      route(appleOperationalInfo, async ({ headers, body }) => {
        if (hasWrongDate(body)) return refuse(appleOperationalInfo, 'body');
        if (headers['immuni-dummy-data'] === 0) {
          await catchUp();
          const [mode, input] = [rules.analytics, inputOf(ports, body, 'ios')];
          if (mode === 'open') await store.run('addInfo', input);
          else await store.run('claimInfo', { hash: hashOf(headers.authorization), mode, ...input });
        }
        return buildReply(appleOperationalInfo, 204, undefined);
      }),
      route(googleOperationalInfo, async ({ headers, body }) => {
        if (hasWrongDate(body)) return refuse(googleOperationalInfo, 'body');
        const now = clock.now();
        // By the impact assessment Android phones send nothing.
        const isTrusted = { dpia: () => false, deployed: isAttested, open: () => true }[rules.analytics];
        const counts = headers['immuni-dummy-data'] === 0 && isTrusted(body, now);
        if (counts && salts.isNew(body.salt, now)) await store.run('addInfo', inputOf(ports, body, 'android'));
        return buildReply(googleOperationalInfo, 204, undefined);
      }),
    ],
  };
}

const inputOf = (
  { clock, entropy }: { clock: ImmuniPorts['clock']; entropy: Entropy },
  body: AppleInfo,
  platform: OperationalInfo['platform'],
) => ({
  id: entropy(ID_BYTES),
  now: clock.now(),
  info: {
    province: body.province,
    platform,
    exposurePermission: body.exposure_permission,
    bluetoothActive: body.bluetooth_active,
    notificationPermission: body.notification_permission,
    exposureNotification: body.exposure_notification,
    lastExposure: parseIsoDay(body.last_risky_exposure_on)!,
  },
});

/** So that an attestation counts once: beyond the time for which one is good, its salt can be forgotten. */
class Salts {
  readonly #seen = new Map<string, UnixSeconds>();

  isNew(salt: string, now: UnixSeconds): boolean {
    // In the order in which they came, so that the old ones are first.
    for (const [old, time] of this.#seen) {
      if (now - time <= KEPT) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(salt)) return false;
    this.#seen.set(salt, now);
    return true;
  }
}

/** An attestation may be dated ten minutes ahead, and is then good for twenty; deployed: ten. */
const KEPT = 2 * ATTESTATION_SKEW;
