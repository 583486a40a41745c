// People and their documents as records show them.
import { LONG_TERM } from '../../checks/validity';
import type { Country, MaskedDocument, PersonRecord, Validity } from '../../host';
import type { Words } from '../../words';
import { countryName } from '../../words/countries';
import { day } from '../../words/figures';

export const documentText = (document: MaskedDocument | null, { record }: Words): string =>
  document ? `${record.kinds[document.kind]} ${document.number}` : record.none;

export function validityText(validity: Validity | null, { record }: Words): string {
  if (!validity) return record.none;
  const until = validity.until === LONG_TERM ? record.longTerm : day(validity.until);
  return record.fromTo(day(validity.from), until);
}

export const countryText = (country: Country | null, words: Words): string =>
  country ? `${country} ${countryName(country, words.language)}` : words.record.none;

export function personFacts(
  person: PersonRecord,
  words: Words,
  withCountry: boolean,
  name: string,
): { term: string; detail: string }[] {
  const idCard = person.document?.kind === 'id_card';
  return [
    { term: name, detail: person.name },
    { term: words.record.document, detail: documentText(person.document, words) },
    ...(idCard ? [{ term: words.record.validity, detail: validityText(person.validity, words) }] : []),
    ...(withCountry ? [{ term: words.fields['country'] ?? '', detail: countryText(person.country, words) }] : []),
  ];
}
