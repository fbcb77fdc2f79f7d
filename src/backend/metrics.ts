/** Figures for Prometheus; labels are names of endpoints and statuses only. */
import { Counter, Histogram, Registry } from 'prom-client';

/** Seconds: from a key file in memory to an upload that waits for a slow disk. */
const BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export interface Metrics {
  observe(endpoint: string, status: number, seconds: number): void;
  /** Without its time. */
  count(endpoint: string, status: number): void;
  /** A request that said of itself that it is a dummy. */
  dummy(endpoint: string): void;
  figures(): Promise<Figures>;
  /** A reply that left later than it should have. */
  missed(): void;
  text(): Promise<string>;
  readonly contentType: string;
}

export interface Figures {
  readonly requests: readonly {
    readonly endpoint: string;
    readonly requests: number;
    readonly dummies: number;
    /** With status 400 or higher. */
    readonly refused: number;
    /** Milliseconds, mean; 0 where no time was measured. */
    readonly mean: number;
  }[];
  readonly missed: number;
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
  const dummies = new Counter({
    name: 'enlab_dummies_total',
    help: 'Requests that say of themselves that they are dummies, by endpoint',
    labelNames: ['endpoint'],
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
    dummy: (endpoint) => dummies.inc({ endpoint }),
    figures: async () => figuresOf(await registry!.getMetricsAsJSON()),
    missed: () => missed.inc(),
    text: () => registry!.metrics(),
    contentType: registry!.contentType,
  };
}

interface Metric {
  readonly name: string;
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, string | number | undefined>>;
    readonly metricName?: string;
  }[];
}

function figuresOf(metrics: readonly Metric[]): Figures {
  const valuesOf = (name: string) => metrics.find((metric) => metric.name === name)?.values ?? [];
  const requests = valuesOf('enlab_requests_total');
  const endpoints = [...new Set(requests.map(({ labels }) => String(labels['endpoint'])))].toSorted();
  const sum = (values: Metric['values'], endpoint: string): number =>
    values.filter(({ labels }) => labels['endpoint'] === endpoint).reduce((total, { value }) => total + value, 0);
  const seconds = valuesOf('enlab_request_seconds');
  const timed = (endpoint: string, what: 'sum' | 'count'): number =>
    sum(
      seconds.filter(({ metricName }) => metricName === `enlab_request_seconds_${what}`),
      endpoint,
    );
  return {
    requests: endpoints.map((endpoint) => ({
      endpoint,
      requests: sum(requests, endpoint),
      dummies: sum(valuesOf('enlab_dummies_total'), endpoint),
      refused: sum(
        requests.filter(({ labels }) => Number(labels['status']) >= 400),
        endpoint,
      ),
      mean: (1000 * timed(endpoint, 'sum')) / Math.max(1, timed(endpoint, 'count')),
    })),
    missed: valuesOf('enlab_deadline_missed_total').reduce((total, { value }) => total + value, 0),
  };
}
