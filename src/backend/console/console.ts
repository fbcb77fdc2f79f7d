/**
 * The console of the operators, over HTML forms: sessions in memory, which end with the server; a token in every form
 * (@fastify/csrf-protection); a new session at login, so that none can be planted before; attempts counted by name.
 */
import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import session from '@fastify/session';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import type { Entropy } from '../../core/entropy.ts';
import { defined } from '../../core/object.ts';
import type { Seconds, UnixSeconds } from '../../core/units.ts';
import { equalSecrets } from '../secrets.ts';
import { type Accounts, Attempts, isOperatorName, isPassword, LOCKED, MOST_ATTEMPTS } from './accounts.ts';
import type { Desk } from './desk.ts';
import { CONSOLE, deskPage, deskUrl, loginPage, STYLE, type StatusFigures, statusPage, type Visitor } from './pages.ts';
import { Sessions } from './sessions.ts';
import { type Access, entryOf, lastAccess, type trailActions } from './trail.ts';

export interface ConsolePorts {
  readonly desks: readonly [Desk, ...Desk[]];
  readonly accounts: () => Accounts;
  readonly trail: readonly Access[];
  /** Writes an entry of the access trail. */
  readonly record: (access: Access) => void;
  readonly figures: () => Promise<StatusFigures>;
  readonly entropy: Entropy;
  /** Of the machine: sessions are of people. */
  readonly now: () => UnixSeconds;
  readonly isSecure: boolean;
}

/** Without anything being done. */
const SESSION: Seconds = 900;
const SECRET_BYTES = 32;
/** Of all forms: a code, a day and a token. */
const MOST_FORM_BYTES = 10_000;
const CAPTCHA_SYMBOLS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const CAPTCHA_LENGTH = 5;

declare module 'fastify' {
  interface Session {
    operator?: string;
    last?: Access | undefined;
    captcha?: string;
  }
}

type Form = Readonly<Record<string, string>>;

/** Of a form only texts count: a name that stands twice is none. */
const valuesOf = (body: unknown): Form =>
  Object.fromEntries(
    Object.entries((body ?? {}) as Record<string, unknown>).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    ),
  );

export async function addConsole(app: FastifyInstance, ports: ConsolePorts): Promise<void> {
  const { entropy, isSecure } = ports;
  await app.register(async (scope: FastifyInstance) => {
    await scope.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          styleSrc: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
        },
      },
      referrerPolicy: { policy: 'same-origin' },
      strictTransportSecurity: isSecure,
    });
    await scope.register(formbody, { bodyLimit: MOST_FORM_BYTES });
    await scope.register(cookie);
    await scope.register(session, {
      secret: Buffer.from(entropy(SECRET_BYTES)).toString('hex'),
      store: new Sessions(),
      cookieName: 'enlab-console',
      cookie: { path: CONSOLE, httpOnly: true, sameSite: 'strict', secure: isSecure, maxAge: SESSION * 1000 },
      rolling: true,
      saveUninitialized: false,
    });
    await scope.register(csrf, { sessionPlugin: '@fastify/session' });
    scope.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'no-store'));
    addPages(scope, ports);
  });
}

/** Of the trail, in memory; the file has all. */
const MOST_ENTRIES = 10_000;

const isRefused = ({ outcome }: Access): boolean => outcome === 'refused';

/** What all pages share. */
interface Room extends Omit<ConsolePorts, 'trail' | 'record'> {
  readonly trail: readonly Access[];
  readonly attempts: Attempts;
  readonly record: (operator: string, action: string, outcome: Access['outcome']) => void;
}

function addPages(scope: FastifyInstance, { trail: earlier, record, ...ports }: ConsolePorts): void {
  const trail: Access[] = [...earlier];
  const room: Room = {
    ...ports,
    trail,
    attempts: new Attempts(),
    record(operator, action, outcome) {
      const access = entryOf({ time: ports.now(), operator, action, outcome }, trail);
      if (access === undefined) return;
      trail.push(access);
      // Whoever floods it pushes out refusals only, and never the last access of an operator.
      if (trail.length > MOST_ENTRIES) trail.splice(Math.max(0, trail.findIndex(isRefused)), 1);
      record(access);
    },
  };
  // What the protection refuses is a page as well.
  scope.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    const isForged = error.code?.startsWith('FST_CSRF') ?? false;
    const message = isForged ? 'The form was old or not from here. Try again.' : 'This could not be read.';
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500;
    return askLogin(request, reply, message, status);
  });
  scope.get(`${CONSOLE}/style.css`, (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));
  addSessions(scope, room);
  addWork(scope, room);
}

const shown = (reply: FastifyReply, text: string, status = 200): FastifyReply =>
  reply.status(status).type('text/html; charset=utf-8').send(text);

/** The form for name and password, with what was wrong before, if anything. */
function askLogin(request: FastifyRequest, reply: FastifyReply, message?: string, status = 200): FastifyReply {
  const { captcha } = request.session;
  return shown(reply, loginPage({ token: reply.generateCsrf(), ...defined({ captcha, message }) }), status);
}

/** Who is logged in, with a token for the forms of the page; undefined: nobody. */
function visitorOf(request: FastifyRequest, reply: FastifyReply, { desks, now }: Room): Visitor | undefined {
  const { operator, last } = request.session;
  if (operator === undefined) return undefined;
  return { operator, last, ends: now() + SESSION, token: reply.generateCsrf(), desks };
}

type Guard = NonNullable<RouteShorthandOptions['preValidation']>;

const guardOf = (scope: FastifyInstance): { readonly preValidation: Guard } => ({
  preValidation: (request, reply, done) => scope.csrfProtection(request, reply, done),
});

function addSessions(scope: FastifyInstance, room: Room): void {
  const guarded = guardOf(scope);
  scope.post(`${CONSOLE}/login`, guarded, async (request, reply) => {
    const { operator: typed = '', ...values } = valuesOf(request.body);
    const operator = typed.trim().toLowerCase();
    const refusal = await refusalOf({ operator, ...values }, request.session.captcha, room);
    if (refusal) {
      // What is typed into a form may be anything, also a password in the wrong field.
      const isKnown = isOperatorName(operator) && Object.hasOwn(room.accounts(), operator);
      room.record(isKnown ? operator : '(unknown)', refusal.action, 'refused');
      request.session.captcha = newCaptcha(room.entropy);
      return askLogin(request, reply, refusal.message, refusal.status);
    }
    await request.session.regenerate();
    request.session.operator = operator;
    request.session.last = lastAccess(room.trail, operator);
    room.record(operator, 'login', 'done');
    return reply.redirect(CONSOLE, 303);
  });

  scope.post(`${CONSOLE}/logout`, guarded, async (request, reply) => {
    const { operator } = request.session;
    await request.session.destroy();
    if (operator !== undefined) room.record(operator, 'logout', 'done');
    return reply.redirect(CONSOLE, 303);
  });
}

interface Refusal {
  readonly action: (typeof trailActions)[number];
  readonly message: string;
  readonly status: number;
}

/** Why somebody may not log in; undefined: they may. */
async function refusalOf(
  { operator = '', password = '', captcha = '' }: Form,
  expected: string | undefined,
  { accounts, attempts, now }: Room,
): Promise<Refusal | undefined> {
  if (attempts.isLocked(operator, now())) {
    const message = `Too many wrong passwords. Try again in ${LOCKED / 60} minutes.`;
    return { action: 'locked', message, status: 429 };
  }
  if (expected !== undefined && !equalSecrets(captcha.trim().toUpperCase(), expected))
    return { action: 'wrong captcha', message: 'The symbols were others.', status: 403 };
  // Counted before it is known to be wrong, so that many at once get no more attempts than one after the other.
  attempts.failed(operator, now());
  if (!(await isPassword(accounts(), operator, password))) {
    const message = `Name or password is wrong. After ${MOST_ATTEMPTS} attempts the name is locked.`;
    return { action: 'wrong password', message, status: 403 };
  }
  attempts.succeeded(operator);
  return undefined;
}

/** The pages of those who have logged in. */
function addWork(scope: FastifyInstance, room: Room): void {
  const { desks, figures, trail, record } = room;
  const show = (desk: Desk) => (request: FastifyRequest, reply: FastifyReply) => {
    const visitor = visitorOf(request, reply, room);
    return visitor ? shown(reply, deskPage(desk, visitor, { trail })) : askLogin(request, reply);
  };
  scope.get(CONSOLE, show(desks[0]));
  for (const desk of desks) {
    scope.get(deskUrl(desk), show(desk));
    scope.post(deskUrl(desk), guardOf(scope), async (request, reply) => {
      const visitor = visitorOf(request, reply, room);
      if (!visitor) return askLogin(request, reply, 'The session has ended. Log in again.', 401);
      const values = valuesOf(request.body);
      const outcome = await desk.act(values);
      record(visitor.operator, desk.action, outcome.done ? 'done' : 'refused');
      const state = { outcome, trail, ...(!outcome.done && { values }) };
      return shown(reply, deskPage(desk, visitor, state), outcome.done ? 200 : 422);
    });
  }

  scope.get(`${CONSOLE}/status`, async (request, reply) => {
    const visitor = visitorOf(request, reply, room);
    if (!visitor) return askLogin(request, reply, undefined, 401);
    return shown(reply, statusPage(await figures(), visitor));
  });
}

/** Five symbols that nobody takes for each other. */
const newCaptcha = (entropy: Entropy): string =>
  [...entropy(CAPTCHA_LENGTH)].map((byte) => CAPTCHA_SYMBOLS[byte % CAPTCHA_SYMBOLS.length]).join('');
