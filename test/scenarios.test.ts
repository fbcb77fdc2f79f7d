/** The suite that ships: what each file must say about itself. It runs in .ci/run: enlab scenario run scenarios. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseBaseline } from '../src/scenario/baseline.ts';
import { type RunnablePorts, readRunnable } from '../src/scenario/kinds.ts';
import { committedPage, parametersPage } from '../tools/parametersPage.ts';
import { readRisk } from './helpers/scenario.ts';

const folder = new URL('../scenarios/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const readFile = (file: string) => ({ text: textOf(file), path: file });
const schema = readFileSync(new URL('../schemas/scenario.generated.json', import.meta.url), 'utf8');
const validate = new Ajv2020({ strict: false }).compile(JSON.parse(schema));
const titles = names.map((name) => (parse(textOf(name)) as { title: string }).title);

describe('the suite', () => {
  it('has at least 28 scenarios, each with a title of its own', () => {
    expect(names.length).toBeGreaterThanOrEqual(28);
    expect(new Set(titles).size).toBe(names.length);
  });

  it('has a baseline for each, and none of what is gone', () => {
    const baselines = readdirSync(new URL('baselines/', folder));
    expect(baselines).toEqual(names.map((name) => name.replace('.yaml', '.json')));
  });
});

describe('for editors', () => {
  it.each(names)('scenarios/%s is what the schema takes for a scenario', (name) => {
    expect(validate(parse(textOf(name))), JSON.stringify(validate.errors?.slice(0, 2))).toBe(true);
  });
});

describe.each(names)('scenarios/%s', (name) => {
  const text = textOf(name);

  it('begins with what it shows, and says where that is from or what it is', () => {
    const comment = /^(?:#.*\n)+/.exec(text)![0].replace(/^# yaml-language-server.*\n/, '');
    expect(comment.length).toBeGreaterThan(60);
  });

  it('can be read, and has checks', () => {
    const runnable = readRunnable(text, name, { readRisk, readFile } as unknown as RunnablePorts, {});
    expect(runnable.tags.length).toBeGreaterThan(0);
    expect(text).toMatch(/check|rules/);
  });

  it('has a baseline that can be read', () => {
    const file = new URL(`baselines/${name.replace('.yaml', '.json')}`, folder);
    expect(existsSync(file)).toBe(true);
    const { engine, arms } = parseBaseline(readFileSync(file, 'utf8'), name);
    expect(engine.node).toMatch(/^\d+\./);
    expect(Object.keys(arms).length).toBeGreaterThan(0);
  });
});

describe('docs/parameters.md', () => {
  it('is what the schema and the shipped values say (update: npm run docs:parameters)', () => {
    expect(committedPage()).toBe(parametersPage());
  });

  it('has every parameter', () => {
    for (const path of ['population.agents', 'disease.perMinute', 'radio.places.transport.exponent', 'truth.metres'])
      expect(committedPage()).toContain(`| \`${path}\` |`);
  });
});
