/** Visitors who never log in do not fill the memory, and do not push out those who have. */
import type { Session } from 'fastify';
import { expect, it } from 'vitest';
import { Sessions } from '../../../src/backend/console/sessions.ts';

const sessionOf = (operator?: string): Session => ({ operator }) as Session;
const quietly = (): void => {};

function stored(sessions: Sessions, id: string): Session | null {
  let found: Session | null = null;
  sessions.get(id, (_error, session) => {
    found = session ?? null;
  });
  return found;
}

it('keeps operators when many visitors come', () => {
  const sessions = new Sessions();
  sessions.set('anna', sessionOf('anna'), quietly);
  for (let k = 0; k < 10_500; k++) sessions.set(`visitor ${k}`, sessionOf(), quietly);
  expect(stored(sessions, 'anna')).toMatchObject({ operator: 'anna' });
  expect(stored(sessions, 'visitor 0')).toBeNull();
  expect(stored(sessions, 'visitor 10499')).not.toBeNull();
});

it('forgets what is destroyed, and knows nothing that was made up', () => {
  const sessions = new Sessions();
  sessions.set('anna', sessionOf('anna'), quietly);
  sessions.destroy('anna', quietly);
  expect(stored(sessions, 'anna')).toBeNull();
  expect(stored(sessions, 'made up')).toBeNull();
});
