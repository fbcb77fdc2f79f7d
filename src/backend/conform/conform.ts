/** Whether a server follows the rules of a system: one rule after the other, each by what the server does. */
import { EnlabError } from '../../core/errors.ts';

/** What a rule needs beside the address of its service. */
export type Need = 'authorise' | 'operate' | 'move';

export const needs: Readonly<Record<Need, string>> = {
  authorise: 'passwords can be authorised',
  operate: 'the server is one of enlab, and its operator is known',
  move: 'the clock of the server is virtual',
};

/** A rule of which both columns are told in the words that `seen` uses. */
export interface ConformRule<Trial> {
  /** Unique within a system. */
  readonly what: string;
  readonly service: string;
  readonly needs: readonly Need[];
  readonly deployed: string;
  /** Absent: as deployed. */
  readonly documented?: string;
  /**
   * What the server does; undefined: it has nothing yet that the rule is about. Rejects with
   * E-SERVER where no reply comes, and with what reading a reply throws.
   */
  seen(trial: Trial): Promise<string | undefined>;
}

export type Outcome = 'follows' | 'as deployed' | 'as documented' | 'differs' | 'not tested';

export interface Verdict {
  readonly service: string;
  readonly what: string;
  readonly outcome: Outcome;
  /** What was expected and seen, or why nothing was tested. */
  readonly detail: string;
}

export interface Tested {
  readonly services: ReadonlySet<string>;
  readonly can: ReadonlySet<Need>;
}

/** One verdict a rule, in the order of the rules: later ones may find what earlier ones have left behind. */
export async function* conform<Trial>(
  rules: readonly ConformRule<Trial>[],
  trial: Trial,
  { services, can }: Tested,
): AsyncGenerator<Verdict> {
  for (const rule of rules) {
    const { service, what } = rule;
    const missing = services.has(service)
      ? rule.needs.find((need) => !can.has(need))
      : 'the address of this service is known';
    const tested =
      missing === undefined
        ? await judged(rule, trial)
        : { outcome: 'not tested' as const, detail: `only where ${needs[missing as Need] ?? missing}` };
    yield { service, what, ...tested };
  }
}

async function judged<Trial>(rule: ConformRule<Trial>, trial: Trial): Promise<Pick<Verdict, 'outcome' | 'detail'>> {
  const { deployed, documented = deployed } = rule;
  const seen = await seenOrWhyNot(rule, trial);
  if (seen === undefined) return { outcome: 'not tested', detail: 'the server has nothing yet that the rule is about' };
  if (seen === deployed) return { outcome: deployed === documented ? 'follows' : 'as deployed', detail: seen };
  if (seen === documented) return { outcome: 'as documented', detail: seen };
  const expected = deployed === documented ? deployed : `${deployed} (deployed) or ${documented} (documented)`;
  return { outcome: 'differs', detail: `expected ${expected}; seen ${seen}` };
}

async function seenOrWhyNot<Trial>(rule: ConformRule<Trial>, trial: Trial): Promise<string | undefined> {
  try {
    return await rule.seen(trial);
  } catch (error) {
    if (error instanceof EnlabError) return error.message;
    throw error;
  }
}
