/** Routes whose fake requests wait as the genuine ones took, where the rules are those that were deployed. */

import { submitFake, submitKeys } from '../../protocol/wire/cwa/submission.ts';
import { registrationToken, tan, testResult } from '../../protocol/wire/cwa/verification.ts';
import type { Endpoint } from '../../protocol/wire/endpoint.ts';
import type { Route } from '../service.ts';
import { type Delayed, FakeDelay } from './fakeDelay.ts';
import type { CwaPorts } from './ports.ts';

/** The same route, with its waits. */
export type FakeWait = (route: Route) => Route;

const kinds = new Map<Endpoint, Delayed>([
  [registrationToken, 'token'],
  [testResult, 'test'],
  [tan, 'tan'],
  [submitKeys, 'submission'],
  [submitFake, 'submission'],
]);

/** Of these every reply is as long as any other of its service, and leaves when it does. */
export const equalEndpoints: ReadonlySet<Endpoint> = new Set(kinds.keys());

export function fakeWaits({ entropy, wait, stopwatch, rules }: CwaPorts): FakeWait {
  const delay = new FakeDelay();
  return (route) => {
    const kind = kinds.get(route.endpoint);
    if (kind === undefined || rules.delays !== 'frozen') return route;
    return {
      ...route,
      async answer(request) {
        const elapsed = stopwatch();
        const reply = await route.answer(request);
        const isFake = route.endpoint === submitFake || request.headers['cwa-fake'] === '1';
        if (isFake) await wait(delay.draw(kind, entropy));
        else delay.observe(kind, elapsed());
        return reply;
      },
    };
  };
}
