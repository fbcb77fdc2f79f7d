/** Addresses of a backend: one for everything, or one a service, as in production. */
import { type Command, InvalidArgumentError } from 'commander';
import { RepeatableOption } from './values.ts';

const services = ['get', 'upload', 'analytics', 'otp', 'verification'] as const;
export type ServerService = (typeof services)[number];
export type Urls = Partial<Record<ServerService | 'all', string>>;

const SERVICES_HELP = 'or one a service: get=URL upload=URL analytics=URL otp=URL verification=URL';

export const addUrlsOption = (command: Command, flag: string, what: string): Command =>
  command.addOption(
    new RepeatableOption(`${flag} <url...>`, `${what}, ${SERVICES_HELP}`).argParser(
      (text, earlier: Urls | undefined) => ({ ...earlier, ...parsed(text) }),
    ),
  );

function parsed(text: string): Urls {
  const [, name = 'all', url = ''] = /^(?:(\w+)=)?(.*)$/s.exec(text) ?? [];
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new InvalidArgumentError('It must be an address such as http://127.0.0.1:8080.');
  if (name !== 'all' && !(services as readonly string[]).includes(name))
    throw new InvalidArgumentError(`There is no service "${name}": ${services.join(', ')}.`);
  return { [name]: url };
}

export const urlOf = (urls: Urls, service: ServerService): string | undefined => urls[service] ?? urls.all;
