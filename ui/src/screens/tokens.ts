// What a card or UKey is good for, seen from the account that is signed in. Only for showing:
// the program decides again, and so does the portal.
import type { Bank, CertificateFacts, CompanyIdentity, Identity, Means, Reader, Snapshot, TokenInfo } from '../host';
import type { Held, Words } from '../words';
import { date, masked } from '../words/figures';

export type Fitness = 'fits' | 'other_company' | 'other_bank' | 'no_company' | 'usage' | 'expired' | 'not_yet';
export type Choice = { token: TokenInfo; identity: Identity; fitness: Fitness };

/** A vendor's library stands between: the way of UKeys. */
export const heldAs = (of: { library: string | null }): Held => (of.library === null ? 'card' : 'ukey');
export const heldFor = (means: Means | null): Held => (means?.method === 'bank_ukey' ? 'ukey' : 'card');
export const readersOf = (tokens: Snapshot, held: Held): Reader[] =>
  tokens.readers.filter((reader) => heldAs(reader) === held);

/** A card, or the electronic port's own UKey, which certifies as one. */
export const isOfThePort = (token: TokenInfo): boolean => token.library === null || token.kind !== 'bank_ukey';
export const portReaders = ({ readers }: Snapshot): Reader[] =>
  readers.filter((r) => heldAs(r) === 'card' || (r.state.kind === 'token' && isOfThePort(r.state.token)));

/** `company`: whose it must be, unknown before anybody is signed in. `bank`: whose UKey it must be; left out for cards. */
export function fitness(facts: CertificateFacts, company: CompanyIdentity | null, now: number, bank?: Bank): Fitness {
  if (company && facts.organization_code === null) return 'no_company';
  if (company && facts.organization_code !== company.organization_code) return 'other_company';
  if (bank && !bank.issuers.includes(facts.issuer)) return 'other_bank';
  if (!facts.may_sign) return 'usage';
  if (Date.parse(facts.valid_until) < now) return 'expired';
  if (Date.parse(facts.valid_from) > now) return 'not_yet';
  return 'fits';
}

/** Every certificate of every token that is in, in the readers' order. */
export function choices(readers: Reader[], company: CompanyIdentity | null, now: number, bank?: Bank): Choice[] {
  return readers.flatMap(({ state }) =>
    state.kind === 'token'
      ? state.token.identities.map((identity) => ({
          token: state.token,
          identity,
          fitness: fitness(identity.certificate, company, now, bank),
        }))
      : [],
  );
}

/** A certificate that is plugged in, by what stands for it. */
export function identityOf(tokens: Snapshot, picked: { token: string; key: string }) {
  for (const { state } of tokens.readers) {
    if (state.kind !== 'token' || state.token.id !== picked.token) continue;
    const identity = state.token.identities.find(({ key }) => key === picked.key);
    if (identity) return { token: state.token, identity };
  }
  return null;
}

export function nameOf(token: TokenInfo, words: Words): string {
  if (heldAs(token) === 'ukey' && isOfThePort(token)) return words.tokens.portUkey;
  return token.kind === 'unknown' ? words.tokens.applications[token.application] : words.tokens.kinds[token.kind];
}

/** What stands on the card below the holder's name and company. */
export function cardLines(token: TokenInfo, facts: CertificateFacts, algorithm: string, words: Words): string[] {
  const number = facts.card_number === null ? '' : ` · ${masked(facts.card_number)}`;
  return [`${nameOf(token, words)}${number}`, `${algorithm} · ${words.tokens.until(date(facts.valid_until))}`];
}

/** One line on all that is plugged in, or on cards or UKeys alone: for the chip in the corner. */
export function summary(tokens: Snapshot, words: Words, only?: Held): { text: string; good: boolean } {
  const t = words.tokens;
  const readers = only ? readersOf(tokens, only) : tokens.readers;
  const found = readers.flatMap(({ state }) => (state.kind === 'token' ? [state.token] : []));
  const [first] = found;
  if (first) return { text: found.length > 1 ? counted(found, words) : named(first, words), good: true };
  if (tokens.service !== null && only !== 'ukey') return { text: t.stopped, good: false };
  const waiting = (kind: 'reading' | 'unusable') => readers.find(({ state }) => state.kind === kind);
  const reading = waiting('reading');
  if (reading) return { text: heldAs(reading) === 'ukey' ? t.readingUkey : t.reading, good: false };
  const unusable = waiting('unusable');
  if (unusable) return { text: heldAs(unusable) === 'ukey' ? t.unusableUkey : t.unusable, good: false };
  if (only === 'ukey') return { text: t.noUkey, good: false };
  return { text: readersOf(tokens, 'card').length === 0 ? t.none : t.empty, good: false };
}

function counted(found: TokenInfo[], { tokens: t }: Words): string {
  const ukeys = found.filter((token) => heldAs(token) === 'ukey').length;
  const cards = found.length - ukeys;
  if (ukeys === 0) return t.many(cards);
  return cards === 0 ? t.manyUkeys(ukeys) : t.both(cards, ukeys);
}

function named(token: TokenInfo, words: Words): string {
  const holder = token.identities[0]?.certificate.holder;
  return holder ? `${nameOf(token, words)} · ${holder}` : nameOf(token, words);
}

/** Plain HTTP is accepted from this very machine alone (the sandbox). */
export const isOwnMachine = (origin: string | null | undefined): boolean => origin?.startsWith('http://') ?? false;
