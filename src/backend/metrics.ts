/** Figures for Prometheus; labels are names of endpoints and statuses only. */
import { Counter, Histogram, Registry } from 'prom-client';

/** Seconds: from a key file in memory to an upload that waits for a slow disk. */
const BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export interface Metrics {
  observe(endpoint: string, status: number, seconds: number): void;
  /** Without its time. */
  count(endpoint: string, status: number): void;
  /** A reply that left later than it should have. */
  missed(): void;
  text(): Promise<string>;
  readonly contentType: string;
}

export function newMetrics(): Metrics {
  const registers = [new Registry()];
  const [registry] = registers;
  const requests = new Counter({
    name: 'enlab_requests_total',
    help: 'Requests by endpoint and status of the reply',
    labelNames: ['endpoint', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'enlab_request_seconds',
    help: 'Time from the head of a request to its reply',
    labelNames: ['endpoint'],
    buckets: BUCKETS,
    registers,
  });
  const missed = new Counter({
    name: 'enlab_deadline_missed_total',
    help: 'Replies that left after their deadline: their time says something about the request',
    registers,
  });
  /** Endpoint and status -> what counts them: names of labels are hashed once, not with each request. */
  const known = new Map<string, { inc(): void; observe(seconds: number): void }>();
  const counterOf = (endpoint: string, status: number) => {
    const name = `${status} ${endpoint}`;
    let found = known.get(name);
    if (!found) {
      const [counter, timer] = [requests.labels({ endpoint, status }), seconds.labels({ endpoint })];
      known.set(name, (found = { inc: () => counter.inc(), observe: (duration) => timer.observe(duration) }));
    }
    return found;
  };
  return {
    observe(endpoint, status, duration) {
      const counter = counterOf(endpoint, status);
      counter.inc();
      counter.observe(duration);
    },
    count: (endpoint, status) => counterOf(endpoint, status).inc(),
    missed: () => missed.inc(),
    text: () => registry!.metrics(),
    contentType: registry!.contentType,
  };
}
