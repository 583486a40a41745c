// How each field is typed, checked early and shown afterwards. The program checks again, and the portal is the judge.
import { asCode, companyNumber, type Reason } from '../../checks/company';
import { asDigits, bankCard, phone } from '../../checks/contact';
import { citizenId, documentNumber } from '../../checks/document';
import { asLine, companyName, line, personName } from '../../checks/text';
import { calendarDate, validUntil } from '../../checks/validity';
import type { DocumentKind, Field, FieldEntry, Offer, PlatformId, Values } from '../../host';
import { masked } from '../../words/figures';

type Typed = Partial<Record<Field, string>>;
type Rule = {
  check: (value: string, all: Typed) => Reason | null;
  clean: (typed: string) => string;
  /** Stands instead of the value once it was given. */
  veil?: (value: string) => string;
  /** Whose reasons apply, where the field has another name. */
  as?: string;
  mono?: boolean;
  digits?: boolean;
};

const given = (value: string): Reason | null => (value === '' ? 'empty' : null);
const citizen = (value: string): Reason | null => given(value) ?? citizenId(value);
const veilCode = (value: string) => masked(asCode(value));
const veilDigits = (value: string) => masked(asDigits(value));
const veilPhone = (value: string) => masked(asDigits(value), 3, 4);
const accountNumber = (value: string): Reason | null =>
  given(value) ?? (!/^\d*$/.test(value) ? 'character' : value.length < 8 || value.length > 32 ? 'length' : null);
const branch = (value: string): Reason | null =>
  given(value) ?? (!/^\d*$/.test(value) ? 'character' : value.length === 12 ? null : 'length');

const NAME: Rule = { check: personName, clean: asLine, as: 'person_name' };
const ID: Rule = { check: citizen, clean: asCode, veil: veilCode, as: 'citizen_id', mono: true };
const PHONE: Rule = { check: phone, clean: asDigits, veil: veilPhone, as: 'phone', mono: true, digits: true };
const CHOICE: Rule = { check: given, clean: (value) => value };

export const RULES: Record<Field, Rule> = {
  name: { ...NAME, check: (value) => given(value) ?? personName(value) },
  legal_name: { ...NAME, check: (value) => given(value) ?? personName(value) },
  id_number: ID,
  legal_id_number: ID,
  phone: PHONE,
  legal_phone: PHONE,
  bank_card: { check: bankCard, clean: asDigits, veil: veilDigits, mono: true, digits: true },
  valid_from: { check: calendarDate, clean: asDigits, mono: true, digits: true },
  valid_until: {
    check: (value, all) => validUntil(asDigits(all.valid_from ?? ''), value),
    clean: asDigits,
    mono: true,
    digits: true,
  },
  document_kind: CHOICE,
  document_number: {
    check: (value, all) => given(value) ?? documentNumber((all.document_kind || 'id_card') as DocumentKind, value),
    clean: asCode,
    veil: veilCode,
    mono: true,
  },
  face_by: CHOICE,
  company_name: { check: companyName, clean: asLine },
  company_number: { check: companyNumber, clean: asCode, as: 'company_number', mono: true },
  account_number: { check: accountNumber, clean: asDigits, veil: veilDigits, mono: true, digits: true },
  branch: { check: branch, clean: asLine, digits: true },
  matter_kind: CHOICE,
  matter_title: { check: (value) => line(value, 60), clean: asLine },
  role: CHOICE,
};

/** What is wrong with each field that can be filled in. */
export function reasons(entries: FieldEntry[], typed: Typed): Record<string, Reason | null> {
  const open = entries.filter(({ fixed }) => !fixed);
  return Object.fromEntries(
    open.map(({ field, optional }) => {
      const { check, clean } = RULES[field];
      const value = clean(typed[field] ?? '');
      return [field, optional && value === '' ? null : check(value, typed)];
    }),
  );
}

/** What is sent: nothing of what cannot be changed, and no empty one. */
export function values(entries: FieldEntry[], typed: Typed): Values {
  const given = entries
    .filter(({ fixed }) => !fixed)
    .map(({ field }) => [field, RULES[field].clean(typed[field] ?? '')] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== ''));
}

/** As it is shown to somebody who did not just type it. */
export const veiled = (field: Field, value: string): string => RULES[field].veil?.(value) ?? value;

/** What was given before and is missing here, in the order of the form. */
export function usable(offers: Offer[], entries: FieldEntry[], typed: Typed): Offer[] {
  return entries.flatMap(({ field, fixed }) => {
    const offer = fixed ? undefined : offers.find((one) => one.field === field);
    return offer && offer.value !== RULES[field].clean(typed[field] ?? '') ? [offer] : [];
  });
}

/** The platforms that offers come from, each once. */
export const sources = (offers: Offer[]): PlatformId[] => [...new Set(offers.map(({ platform }) => platform))];
