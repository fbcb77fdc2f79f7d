/** Sessions of the console, in memory: those of visitors who never log in must not fill it. */
import type { SessionStore } from '@fastify/session';
import type { Session } from 'fastify';

type Done = Parameters<SessionStore['set']>[2];
type Got = Parameters<SessionStore['get']>[1];

const MOST_SESSIONS = 10_000;

export class Sessions implements SessionStore {
  readonly #sessions = new Map<string, Session>();

  /** When there are too many, the oldest goes of those without an operator. */
  set(id: string, session: Session, done: Done): void {
    this.#sessions.set(id, session);
    if (this.#sessions.size > MOST_SESSIONS) {
      const [spare] = [...this.#sessions].find(([, one]) => one.operator === undefined) ?? [id];
      this.#sessions.delete(spare);
    }
    done();
  }

  get(id: string, got: Got): void {
    got(null, this.#sessions.get(id) ?? null);
  }

  destroy(id: string, done: Done): void {
    this.#sessions.delete(id);
    done();
  }
}
