// What a card in a reader is good for, seen from the account that is signed in. Only for showing:
// the program decides again, and so does the portal.
import type { CertificateFacts, CompanyIdentity, Identity, Snapshot, TokenInfo } from '../host';
import type { Words } from '../words';
import { date, masked } from '../words/figures';

export type Fitness = 'fits' | 'other_company' | 'no_company' | 'usage' | 'expired' | 'not_yet';
export type Choice = { token: TokenInfo; identity: Identity; fitness: Fitness };

export function fitness(facts: CertificateFacts, company: CompanyIdentity, now: number): Fitness {
  if (facts.organization_code === null) return 'no_company';
  if (facts.organization_code !== company.organization_code) return 'other_company';
  if (!facts.may_sign) return 'usage';
  if (Date.parse(facts.valid_until) < now) return 'expired';
  if (Date.parse(facts.valid_from) > now) return 'not_yet';
  return 'fits';
}

/** Every certificate of every card that is in, in the readers' order. */
export function choices(tokens: Snapshot, company: CompanyIdentity, now: number): Choice[] {
  return tokens.readers.flatMap(({ state }) =>
    state.kind === 'token'
      ? state.token.identities.map((identity) => ({
          token: state.token,
          identity,
          fitness: fitness(identity.certificate, company, now),
        }))
      : [],
  );
}

export const nameOf = (token: TokenInfo, words: Words): string =>
  token.kind === 'unknown' ? words.tokens.applications[token.application] : words.tokens.kinds[token.kind];

/** What stands on the card below the holder's name and company. */
export function cardLines(token: TokenInfo, facts: CertificateFacts, algorithm: string, words: Words): string[] {
  const number = facts.card_number === null ? '' : ` · ${masked(facts.card_number)}`;
  return [`${nameOf(token, words)}${number}`, `${algorithm} · ${words.tokens.until(date(facts.valid_until))}`];
}

/** One line on all readers, for the chip in the corner. */
export function summary(tokens: Snapshot, words: Words): { text: string; good: boolean } {
  const t = words.tokens;
  if (tokens.service !== null) return { text: t.stopped, good: false };
  if (tokens.readers.length === 0) return { text: t.none, good: false };
  const states = tokens.readers.map((reader) => reader.state);
  const cards = states.filter((state) => state.kind === 'token').map((state) => state.token);
  const [first] = cards;
  if (first && cards.length > 1) return { text: t.many(cards.length), good: true };
  if (first) {
    const holder = first.identities[0]?.certificate.holder;
    return { text: holder ? `${nameOf(first, words)} · ${holder}` : nameOf(first, words), good: true };
  }
  if (states.some((state) => state.kind === 'reading')) return { text: t.reading, good: false };
  if (states.some((state) => state.kind === 'unusable')) return { text: t.unusable, good: false };
  return { text: t.empty, good: false };
}

/** Plain HTTP is accepted from this very machine alone (the sandbox). */
export const isOwnMachine = (origin: string | null | undefined): boolean => origin?.startsWith('http://') ?? false;
