/** What phones say to servers, counted on the way: requests, and dummies among them. Bytes differ a little from run to run, as signatures do. */
import type { HttpClient } from '../../core/httpClient.ts';

/** Of all phones together. */
export interface Traffic {
  readonly requests: number;
  /** Those that carry nothing, and hide those that do. */
  readonly dummies: number;
}

/** A client that counts what goes through it. */
export class CountedTraffic {
  #traffic: Traffic = { requests: 0, dummies: 0 };
  readonly http: HttpClient;

  /** `dummyHeader`: is 1 in dummies; who watches the network cannot see it. */
  constructor(http: HttpClient, dummyHeader: string) {
    this.http = async (url, request) => {
      const reply = await http(url, request);
      const { requests, dummies } = this.#traffic;
      this.#traffic = {
        requests: requests + 1,
        dummies: dummies + (request.headers[dummyHeader] === '1' ? 1 : 0),
      };
      return reply;
    };
  }

  get counts(): Traffic {
    return this.#traffic;
  }
}
