import type { RefusalWords } from './index';
import { refusalsOfPlatforms } from './refusals.platforms.en-US';

export const refusals: RefusalWords = {
  cert_expired: {
    title: 'The portal says the certificate has expired',
    why: 'The certificate on this card is past its validity.',
    next: 'Renew the certificate, or use another card.',
  },
  cert_revoked: {
    title: 'The portal says the certificate is revoked',
    why: 'Its issuer has withdrawn this certificate.',
    next: 'Use another card, or have it replaced at the card office.',
  },
  cert_untrusted: {
    title: 'The portal does not trust the issuer',
    why: 'The certificate does not come from an authority that the portal trusts.',
    next: 'Use an electronic-port card.',
  },
  cert_other_enterprise: {
    title: 'This card belongs to another company',
    why: "The card's organization code is not that of the account's company.",
    next: "Use your own company's card.",
  },
  signature_invalid: {
    title: 'The portal could not verify the signature',
    why: 'The proof may have been altered on its way.',
    next: 'Certify again. If it happens again, ask the portal’s help desk.',
  },
  challenge_expired: {
    title: 'The statement has expired',
    why: 'It was submitted after the time written on it.',
    next: 'Get a new statement.',
  },
  challenge_reused: {
    title: 'This statement was used before',
    why: 'Each statement counts once.',
    next: 'Get a new statement.',
  },
  card_already_bound: {
    title: 'This card is bound to another account',
    why: 'One card certifies one account.',
    next: 'Use another card, or unbind it from the other account first.',
  },
  id_duplicate: {
    title: 'This ID number is already registered',
    why: 'Within one company an ID number counts once.',
    next: 'Check who holds the card, or use another card.',
  },
  enterprise_not_found: {
    title: 'The portal does not know this company',
    why: "The account's company is not in the portal's register.",
    next: 'Ask the portal’s help desk to register the company.',
  },
  legal_person_mismatch: {
    title: 'The legal representative does not match',
    why: 'What was given is not what is registered.',
    next: 'Check it and try again.',
  },
  validity_mismatch: {
    title: "The document's validity does not match",
    why: 'What was given is not what is registered.',
    next: 'Check the dates on the document.',
  },
  sms_wrong: {
    title: 'The code is wrong',
    why: 'It is not the code that was sent.',
    next: 'Check it and enter it once more.',
  },
  sms_too_many: {
    title: 'This code was tried too often',
    why: 'A code counts for 5 tries; this one is void now.',
    next: 'Ask for a new code. If none arrives, certify another way.',
  },
  sms_expired: {
    title: 'The code has expired',
    why: 'A code is good for 5 minutes, and until a new one is sent.',
    next: 'Ask for a new code.',
  },
  enterprise_mismatch: {
    title: 'The company is registered under other data',
    why: 'Its name, unified social credit code or organization code is not what the register has.',
    next: 'Compare with the business licence and try again.',
  },
  too_many_changes: {
    title: 'Too many changes at once',
    why: 'Of company name, unified social credit code and organization code at most two may change at once.',
    next: 'Leave one of them as it is.',
  },
  not_in_ctid: {
    title: 'The trusted identity register does not have this person',
    why: 'That may be so although name, number and dates are all right.',
    next: 'Have the person added with the CTID app on a phone and try again, or use a bank card.',
  },
  bank_card_mismatch: {
    title: 'The bank card was not confirmed',
    why: 'Name, document number, card number and phone must all be as the bank has them.',
    next: "Check them and try again. Only the person's own card counts.",
  },
  name_taken: {
    title: 'This account name is taken',
    why: 'An account name belongs to one account.',
    next: 'Choose another one.',
  },
  contact_taken: {
    title: 'Another account uses this phone number or e-mail address',
    why: 'A phone number and an e-mail address each belong to one account.',
    next: 'Use another one, or take it off the other account first.',
  },
  ...refusalsOfPlatforms,
};

/** The same refusals, of data that was typed rather than of a card. */
export const refusalsData: Partial<RefusalWords> = {
  id_duplicate: {
    title: 'Another account of the company has this document number',
    why: "Among a company's accounts a document number counts once.",
    next: 'Check the number. If it is right, ask the company administrator.',
  },
  enterprise_not_found: {
    title: 'The register does not know this company',
    why: 'Nothing was found under this unified social credit code.',
    next: 'Check it in the national enterprise credit information system and mend it here.',
  },
  legal_person_mismatch: {
    title: 'The legal representative was not confirmed',
    why: 'Name, kind and number of the document must be as filed with the market regulator (or the body in charge of a public institution).',
    next: 'Check them and fill them in again.',
  },
  validity_mismatch: {
    title: 'The validity of the ID card was not confirmed',
    why: 'Name, number, first and last day must all be right; one that does not end is marked as long-term.',
    next: 'Compare with the card. If all is right, join CTID and try again, or use a bank card.',
  },
};

/** The same refusals, of a proof by UKey or of a visit to the bank. */
export const refusalsUkey: Partial<RefusalWords> = {
  cert_expired: {
    title: 'The portal says the certificate has expired',
    why: 'The certificate on this UKey is past its validity.',
    next: 'Have the bank renew it, or use another UKey.',
  },
  cert_revoked: {
    title: 'The portal says the certificate is revoked',
    why: 'The bank has withdrawn this certificate.',
    next: 'Use another UKey, or have it replaced at the bank.',
  },
  cert_untrusted: {
    title: 'The portal does not trust the issuer',
    why: "The certificate does not come from the chosen bank's authority.",
    next: "Check which bank you chose, or use that bank's UKey.",
  },
  cert_other_enterprise: {
    title: 'This UKey belongs to another company',
    why: "The organization code in its certificate is not that of the account's company.",
    next: "Use your own company's UKey.",
  },
  challenge_expired: {
    title: 'The time is over',
    why: 'The result came too late; this certification no longer counts.',
    next: 'Start again.',
  },
  card_already_bound: {
    title: 'This UKey is bound to another account',
    why: 'One UKey certifies one account.',
    next: 'Use another UKey, or unbind it from the other account first.',
  },
  id_duplicate: {
    title: 'This ID number is already registered',
    why: 'Within one company an ID number counts once.',
    next: 'Check who holds the UKey, or use another one.',
  },
  enterprise_not_found: {
    title: 'The bank does not know this company',
    why: "The account's company has no corporate account at the chosen bank.",
    next: 'Choose the bank that keeps its account, or ask that bank.',
  },
};
