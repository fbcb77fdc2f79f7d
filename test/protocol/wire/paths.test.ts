/** Path templates, their queries, and which endpoint a path belongs to. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cwaEndpoints } from '../../../src/protocol/wire/cwa/endpoints.ts';
import { immuniEndpoints } from '../../../src/protocol/wire/immuni/endpoints.ts';
import { buildPath, findEndpoint, matchPath, queryOf } from '../../../src/protocol/wire/paths.ts';

const template = { path: '/a/{one}/b_{two}' };

describe('a template', () => {
  it('is filled and recognised again, whatever the values are', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(value, value, (one, two) => {
        expect(matchPath(template, buildPath(template, { one, two }))).toEqual({ one, two });
      }),
    );
  });

  it.each([{}, { one: 1 }, { one: '', two: 2 }])('needs all its values: %j', (values) => {
    expect(() => buildPath(template, values)).toThrow(RangeError);
  });

  it.each(['/a/x', '/a/x/b_', '/a/x/b_y/', '/a/x/y/b_z', '/A/x/b_y', '', '/a/%zz/b_y', 'a/x/b_y'])(
    'does not fit %j',
    (path) => {
      expect(matchPath(template, path)).toBeUndefined();
    },
  );

  it('takes dots for dots', () => {
    expect(matchPath({ path: '/a.b' }, '/axb')).toBeUndefined();
    expect(matchPath({ path: '/a.b' }, '/a.b?x=1')).toEqual({});
  });

  it('never throws on what is asked', () => {
    fc.assert(fc.property(fc.string(), (path) => void matchPath(template, path)));
  });
});

describe('a query', () => {
  it('leaves out what is undefined and keeps the rest', () => {
    const path = buildPath({ path: '/q' }, {}, { a: 'x y&z', b: undefined, c: 0 });
    expect(path).toBe('/q?a=x+y%26z&c=0');
    expect(queryOf(path)).toEqual(
      new Map([
        ['a', ['x y&z']],
        ['c', ['0']],
      ]),
    );
    expect(buildPath({ path: '/q' }, {}, { b: undefined })).toBe('/q');
  });

  it('has every value of a name', () => {
    expect(queryOf('/q?a=1&b=&a=2?3')).toEqual(
      new Map([
        ['a', ['1', '2?3']],
        ['b', ['']],
      ]),
    );
    expect(queryOf('/q').size).toBe(0);
  });
});

describe('the descriptions', () => {
  const all = [...immuniEndpoints, ...cwaEndpoints];

  it.each([
    ['GET', '/v1/keys/index', 'immuni.keys-index'],
    ['GET', '/v1/keys/17', 'immuni.keys'],
    ['GET', '/v1/keys/eu/DE/index', 'immuni.keys-eu-index'],
    ['GET', '/v1/keys/eu/DE/4', 'immuni.keys-eu'],
    ['GET', '/v1/settings?platform=ios&build=1', 'immuni.settings'],
    ['POST', '/v1/ingestion/upload', 'immuni.upload'],
    ['GET', '/', 'immuni.health'],
    ['POST', '/version/v1/tan', 'cwa.tan'],
    ['POST', '/version/v1/tan/verify', 'cwa.verify-tan'],
    ['GET', '/version/v1/diagnosis-keys/country/DE/date/2020-06-20/hour/4', 'cwa.hour'],
    ['GET', '/version/v2/configuration/app_config_ios', 'cwa.configuration-v2'],
  ])('lead %s %s to %s', (method, path, name) => {
    expect(findEndpoint(all, method, path)?.name).toBe(name);
  });

  it.each([
    ['POST', '/v1/settings'],
    ['GET', '/v1/ingestion/upload'],
    ['GET', '/v2/keys/index'],
    ['DELETE', '/'],
  ])('lead %s %s nowhere', (method, path) => {
    expect(findEndpoint(all, method, path)).toBeUndefined();
  });

  it('have names and, but for the two submissions, paths of their own', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    const routes = all.map(({ method, path }) => `${method} ${path}`);
    const shared = routes.filter((route, index) => routes.indexOf(route) !== index);
    expect(shared).toEqual(['POST /version/v1/diagnosis-keys']);
  });
});
