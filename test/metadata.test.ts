/** What people who cite, package or relicense enlab read first: kept in step with package.json. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { textOf } from './helpers/sourceFiles.ts';

const { version, license } = JSON.parse(textOf('package.json')) as { version: string; license: string };

describe('CITATION.cff', () => {
  const citation = parse(textOf('CITATION.cff')) as Record<string, unknown>;

  it('has the keys that version 1.2.0 of the format requires', () => {
    expect(citation).toMatchObject({ 'cff-version': '1.2.0', message: expect.any(String), title: expect.any(String) });
    expect(citation.authors).toEqual([{ name: expect.any(String) }]);
  });

  it('says the same as package.json', () => {
    expect(citation).toMatchObject({ version, license, type: 'software' });
  });
});

describe('the legal files', () => {
  it('are the Apache License, whole, and a notice', () => {
    expect(license).toBe('Apache-2.0');
    expect(textOf('LICENSE')).toMatch(
      /^\s+Apache License\n\s+Version 2\.0, January 2004\n[^]*END OF TERMS AND CONDITIONS/,
    );
    expect(textOf('NOTICE')).toMatch(/^enlab\nCopyright \d{4} /);
  });
});

describe('the changelog', () => {
  it('has the version of package.json or an unreleased one on top', () => {
    expect(textOf('CHANGELOG.md').match(/^## \[(.+?)\]/m)?.[1]).toMatch(new RegExp(`^(Unreleased|${version})$`));
  });
});

describe('the lock file', () => {
  it('names no registry, so that it serves every machine', () => {
    expect(textOf('package-lock.json')).not.toContain('"resolved"');
    expect(textOf('.npmrc')).toContain('omit-lockfile-registry-resolved=true');
  });
});
