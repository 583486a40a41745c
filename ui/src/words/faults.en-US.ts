import type { LibraryFlaw, Register } from '../host';
import { fields, flaw } from './fields.en-US';
import { fileFlaws, slots } from './files.en-US';
import type { FaultWords, Said } from './index';
import { refusals, refusalsData } from './refusals.en-US';

const field = (name: string) => fields[name] ?? name;

const libraryFlaws: Record<LibraryFlaw, Said> = {
  not_absolute: {
    title: 'The path of the driver is not complete',
    why: 'It does not begin at a drive or at the root.',
    next: 'Give a path such as C:\\Windows\\System32\\xx.dll or /usr/lib/xx.so.',
  },
  not_a_file: {
    title: 'There is no driver file here',
    why: 'The path leads to no file, or to one that may not be read.',
    next: 'Check the path.',
  },
  beside_program: {
    title: "No driver is loaded from the program's own folder",
    why: 'A file that was put there may only pretend to be a driver.',
    next: "Use the one that the bank's software installed in the system.",
  },
  not_a_library: {
    title: 'This is not a driver file',
    why: 'It is no library that can be loaded (.dll, .so, .dylib).',
    next: 'Ask the bank which file it is.',
  },
  thirty_two_bit: {
    title: 'This driver has 32 bits',
    why: 'Tongguan has 64 bits and cannot load it. The file itself is not broken.',
    next: "Ask the bank for the 64-bit driver. For now, you can use the bank's page.",
  },
  other_architecture: {
    title: 'This driver is for another processor',
    why: 'It was not made for the processor of this computer.',
    next: 'Ask the bank for the driver that fits this computer.',
  },
  other_system: {
    title: 'This driver is for another operating system',
    why: 'It was not made for the system of this computer.',
    next: 'Ask the bank for the driver that fits this computer.',
  },
  changed: {
    title: 'The driver file has changed',
    why: "Its content is not what you allowed, so it was not loaded. An update of the bank's software does this.",
    next: 'Check the new SHA-256, then decide whether to allow it.',
  },
  not_approved: {
    title: 'This driver is not allowed yet',
    why: 'No driver is loaded without your yes.',
    next: 'Check the driver and allow it, then try again.',
  },
  no_entry_points: {
    title: "This driver's interface is not known",
    why: 'It has neither the entry points of PKCS#11 nor those of SKF (GM/T 0016).',
    next: 'Ask the bank which file it is.',
  },
};
/** What a driver was about when its process ended: nobody knows in which of its functions that was. */
const CALLS: Record<string, string> = {
  load: 'while it started',
  list: 'while it looked for UKeys',
  watch: 'while it waited for UKeys',
  open: 'while it opened the UKey',
  pin_state: 'while it read how many tries are left',
  sign: 'while it signed',
  change_pin: 'while it changed the PIN',
};
const during = (call: string) => CALLS[call] ?? `in ${call}`;
/** A call in which the PIN was on its way. */
const spent = (call: string) =>
  /login|(verify|change|set)_?pin|sign/i.test(call) ? ' A PIN try may have been used.' : '';

const REGISTERS: Record<Register, string> = {
  company: 'The company register',
  ctid: 'The trusted identity register (CTID)',
  bank: "The bank's check",
  sms: 'The message service',
  population: 'The population register',
  phone: "The carriers' check",
  payments: 'The payment service',
};
/** After "wait"; vague where only the code of a fault was kept. */
const waiting = (seconds: number | undefined) => {
  if (seconds == null) return 'a while';
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return [minutes > 0 ? `${minutes} min` : '', rest > 0 || minutes === 0 ? `${rest} s` : ''].filter(Boolean).join(' ');
};

export const faults: FaultWords = {
  card_service_stopped: () => ({
    title: 'The smart-card service is not running',
    why: 'Without it no reader can be seen.',
    next: 'Start the smart-card service (pcscd or SCardSvr). This page follows by itself.',
  }),
  card_service_denied: () => ({
    title: 'You may not use the smart-card service',
    why: 'This computer refuses it to the current user.',
    next: 'Ask its administrator to allow it.',
  }),
  reader_unavailable: (f) => ({
    title: 'The reader cannot be used',
    why: `${f.reader} does not answer or was unplugged.`,
    next: 'Plug the reader in again.',
  }),
  card_busy: (f) => ({
    title: 'Another program is using the card',
    why: `The card in ${f.reader} is held by another program.`,
    next: 'Close that program and try again.',
  }),
  card_removed: () => ({
    title: 'The card was taken out',
    why: 'It left the reader before the work was done.',
    next: 'Put the card back and start again.',
  }),
  card_reset: () => ({
    title: 'Another program reset the card',
    why: 'A program touched this card at the same moment.',
    next: 'Close that program and try again.',
  }),
  card_mute: () => ({
    title: 'The card does not answer',
    why: 'It may be the wrong way round, or its contacts may be dirty.',
    next: 'Clean the contacts and insert it with the chip up.',
  }),
  card_communication: (f) => ({
    title: 'The connection to the card broke',
    why: `The reader reports ${f.scard}.`,
    next: 'Insert the card again. If that does not help, try another reader.',
  }),
  card_unknown: (f) => ({
    title: 'This card is not known',
    why: `No usable card application was found (ATR ${f.atr}). No PIN was sent to it.`,
    next: 'Use an electronic-port card.',
  }),
  card_refused: (f) => ({
    title: 'The card refused',
    why: `It answered ${f.status} to ${f.command}.`,
    next: 'Use another card, or have this one checked at the card office.',
  }),
  card_malformed: (f) => ({
    title: 'The data on the card cannot be read',
    why: `${f.object}: ${f.reason}.`,
    next: 'Use another card, or have this one checked at the card office.',
  }),
  card_changed: () => ({
    title: 'The card is not the one you checked',
    why: 'Its certificate is different, so nothing was signed and no PIN was used.',
    next: 'Put the first card back and check again.',
  }),
  token_gone: () => ({
    title: 'The card is no longer in the reader',
    why: 'It was taken out or inserted anew after you checked.',
    next: 'Insert the card and check again.',
  }),
  key_missing: () => ({
    title: 'The card has no key for this certificate',
    why: 'A certificate without its key cannot sign.',
    next: 'Choose another certificate, or use another card.',
  }),
  library_missing: (f) => ({
    title: 'The driver file is gone',
    why: `${f.library} was not found. It may have been uninstalled or moved.`,
    next: "Install the bank's software again, then look again.",
  }),
  library_refused: (f) => {
    const { title, why, next } = libraryFlaws[f.reason] ?? {
      title: 'The driver was not loaded',
      why: 'The reason is not on the list.',
      next: 'Ask the bank which driver file it is.',
    };
    return { title, why: f.library ? `${f.library}: ${why}` : why, next };
  },
  library_timeout: (f) => ({
    title: 'The driver does not answer',
    why: `${f.library} stood still for ${f.seconds} seconds ${during(f.call)}; its process was ended.${spent(f.call)}`,
    next: 'Unplug the UKey, plug it in again, and try once more.',
  }),
  library_crashed: (f) => ({
    title: 'The driver crashed',
    why: `${f.library} broke down ${during(f.call)}. It runs in a process of its own, so Tongguan is not harmed.${spent(f.call)}`,
    next: "Try again. If it happens again, reinstall the bank's software.",
  }),
  library_lied: (f) => ({
    title: "The driver's answer cannot be true",
    why: `${f.library} gave an impossible answer ${during(f.call)}; its process was ended.${spent(f.call)}`,
    next: "Reinstall the bank's software, or use the bank's page.",
  }),
  library_failed: (f) => ({
    title: 'The driver reports a failure',
    why: `${f.library} answered ${f.answer} to ${f.call}.`,
    next: "Unplug the UKey, plug it in and try again. If that does not help, use the bank's page.",
  }),
  library_silent: (f) => ({
    title: 'The driver did not tell why',
    why: `In ${f.call}, ${f.library} only reported ${f.answer} and gave no reason. A PIN try may have been used.`,
    next: "See in the bank's own tool how many tries are left before you try again.",
  }),
  pin_format: (f) => ({
    title: `The PIN has ${f.min} to ${f.max} characters`,
    why: 'Digits, letters and common signs only. Nothing was sent to the card; no try was used.',
    next: 'Enter it again.',
  }),
  pin_wrong: (f) => ({
    title:
      f.tries_left == null ? 'Wrong PIN' : `Wrong PIN, ${f.tries_left} ${f.tries_left === 1 ? 'try' : 'tries'} left`,
    why: 'Nothing is tried again by itself. Too many wrong PINs lock the card; only the card office can unlock it.',
    next: 'Make sure, then enter it again.',
  }),
  pin_last_try: () => ({
    title: 'One try is left',
    why: 'One more wrong PIN locks the card. Nothing was sent to the card; no try was used.',
    next: 'If you are sure of the PIN, tick the box first, then sign.',
  }),
  pin_locked: () => ({
    title: 'The PIN is locked',
    why: 'It was entered wrongly too often; the card takes no PIN any more.',
    next: 'Have it unlocked at the card office. For now, use another card.',
  }),
  pin_not_set: () => ({
    title: 'The PIN must be set first',
    why: 'The PIN of this UKey was never set, or its first PIN must be changed.',
    next: "Set it with the bank's own tool, then certify.",
  }),
  certificate_malformed: (f) => ({
    title: 'The certificate cannot be read',
    why: `It does not follow the standard (${f.reason}).`,
    next: 'Use another card, or have this one checked at the card office.',
  }),
  certificate_not_yet_valid: (f) => ({
    title: 'The certificate is not valid yet',
    why: `It is valid from ${f.from?.slice(0, 10)}.`,
    next: "Check this computer's date. If it is right, use another card.",
  }),
  certificate_expired: (f) => ({
    title: 'The certificate has expired',
    why: `It expired on ${f.until?.slice(0, 10)}.`,
    next: 'Renew the certificate, or use another card.',
  }),
  certificate_usage: () => ({
    title: 'This certificate is not for signing',
    why: 'It was issued without that use.',
    next: "Choose the card's signing certificate, or use another card.",
  }),
  certificate_other_company: (f) => ({
    title: 'This card belongs to another company',
    why: `The card's organization code is ${f.certificate}, the account's is ${f.account}.`,
    next: "Use your own company's card, or sign in with that company's account.",
  }),
  certificate_other_bank: (f) => ({
    title: 'This certificate is not from this bank',
    why: `It was issued by ${f.issuer}, which does not issue for the chosen bank.`,
    next: "Use this bank's UKey, or choose the bank that issued this one.",
  }),
  certificate_not_port: (f) => ({
    title: 'This is no UKey of the electronic port',
    why: `Its certificate was issued by ${f.issuer}, not by the electronic port. A bank's UKey signs nobody in.`,
    next: "Use a UKey of the electronic port. With a bank's UKey, certify by bank UKey.",
  }),
  certificate_without_company: () => ({
    title: 'The certificate names no organization code',
    why: 'It does not say which company it belongs to.',
    next: "Use a company's electronic-port card.",
  }),
  algorithm_unsupported: (f) => ({
    title: 'This algorithm is not supported',
    why: `The certificate uses ${f.oid}.`,
    next: 'Use another card.',
  }),
  signature_invalid: () => ({
    title: "The card's signature did not verify",
    why: 'It does not fit the certificate, so nothing was submitted.',
    next: 'Use another card. If it happens again, have the card checked.',
  }),
  portal_address: (f) => ({
    title: 'This portal address cannot be used',
    why: `Look at it again: ${flaw('portal', f.reason)}.`,
    next: 'Give an address such as https://portal.example.cn.',
  }),
  portal_unreachable: () => ({
    title: 'The portal cannot be reached',
    why: 'The network is down, or the portal is not running.',
    next: 'Check the network and try again.',
  }),
  portal_timeout: () => ({
    title: 'The portal did not answer in time',
    why: 'The time to wait is over.',
    next: 'Try again. Submitting the same proof twice registers it once.',
  }),
  portal_tls: () => ({
    title: 'The connection to the portal is not trustworthy',
    why: "The portal's server certificate did not verify, so nothing was sent.",
    next: 'Check the address, and tell your network administrator.',
  }),
  portal_answer: (f) => ({
    title: "The portal's answer makes no sense",
    why: `${
      {
        too_large: 'It is too large',
        not_json: 'It is not in the agreed form',
        malformed: 'Parts of it are missing',
        redirect: 'It points to another address',
        unexpected_status: 'Its status is not one that was agreed',
      }[f.reason] ?? 'It is not as agreed'
    }.`,
    next: 'Check the portal address and try again.',
  }),
  portal_failing: (f) => ({
    title: 'The portal cannot do it at the moment',
    why: `It reports status ${f.status}.`,
    next: 'Try again later.',
  }),
  sign_in_refused: () => ({
    title: 'Account and password do not match',
    why: 'The portal does not say which of them is wrong.',
    next: 'Check both and enter them again.',
  }),
  sign_in_delayed: (f) => ({
    title: 'Too many tries to sign in',
    why: `After wrong passwords there is a pause. The portal asks to wait ${waiting(f.seconds)}.`,
    next: 'Try again after that; the time is counted down here.',
  }),
  captcha_wrong: () => ({
    title: 'The captcha was wrong or is spent',
    why: 'Each captcha counts once, and for a few minutes.',
    next: 'Here is a new one: answer it and enter the password again.',
  }),
  sign_in_locked: (f) => ({
    title: 'The account is locked for now',
    why: `Too many wrong passwords in a row. Wait ${waiting(f.seconds)}.`,
    next: 'Try again after that. If the password is lost, ask the company administrator or the help desk.',
  }),
  card_not_bound: () => ({
    title: 'This card is bound to no account yet',
    why: 'The portal does not know whose it is. A card is bound by certifying with it.',
    next: 'Sign in with account and password first, then certify with this card in the certification centre.',
  }),
  session_ended: () => ({
    title: 'Your session has ended',
    why: 'It was idle too long, or you signed out elsewhere.',
    next: 'Sign in again.',
  }),
  proof_refused: (f) =>
    refusals[f.reason] ?? {
      title: 'The portal did not accept the proof',
      why: 'It gave a reason that is not on the list.',
      next: 'Ask the portal’s help desk.',
    },
  data_refused: (f) =>
    refusalsData[f.reason] ??
    refusals[f.reason] ?? {
      title: 'The portal did not accept the data',
      why: 'The reason is not on the list.',
      next: 'Ask the portal’s help desk.',
    },
  record_changed: () => ({
    title: 'Somebody else has just changed this',
    why: 'They saved after you opened it. All you typed is still here, and nothing was overwritten.',
    next: 'Look at what differs, then save once more.',
  }),
  too_often: (f) => ({
    title: 'Asked too often',
    why: `The portal asks to wait ${waiting(f.seconds)}.`,
    next: 'Try again after that.',
  }),
  not_allowed: () => ({
    title: 'Your account may not do this',
    why: 'It takes the company administrator, or an operator with this right.',
    next: 'Ask the administrator to give you the right under “My operators”.',
  }),
  register_unavailable: (f) => ({
    title: `${REGISTERS[f.register] ?? 'An outside register'} does not answer`,
    why: 'The portal has to ask it and gets no result for now. All you typed is still here.',
    next: 'Try again later. Nothing is counted twice.',
  }),
  bank_unknown: (f) => ({
    title: 'This bank is not known',
    why: `Neither the list nor the portal has it (${f.bank}).`,
    next: 'Choose another bank.',
  }),
  bank_page_absent: () => ({
    title: "This bank's page is not known",
    why: 'The list has no address for it.',
    next: 'Sign here with the UKey.',
  }),
  browser_unavailable: () => ({
    title: 'No browser could be opened',
    why: 'The system found no browser for the page.',
    next: 'Copy the address and open it in a browser yourself.',
  }),
  file_unusable: (f) => ({
    title: `Cannot be used: ${(slots[f.slot] ?? 'This file').replace(/^./, (first) => first.toLowerCase())}`,
    why: fileFlaws[f.reason]?.why ?? 'It is not what is asked for.',
    next: fileFlaws[f.reason]?.next ?? 'Choose another file.',
  }),
  statement_malformed: (f) => ({
    title: 'The statement is not well formed',
    why: `${field(f.field)}: ${flaw(f.field, f.reason)}. What is unclear is not put before you to sign.`,
    next: 'Ask the portal’s help desk.',
  }),
  challenge_expired: () => ({
    title: 'The statement has expired',
    why: 'A statement lives for about two minutes.',
    next: 'Get a new statement.',
  }),
  challenge_mismatch: (f) => ({
    title: 'The portal sent a statement that does not fit',
    why: `${field(f.field)} is not that of this certification, so nothing was signed.`,
    next: 'Check the portal address, and ask the portal’s help desk.',
  }),
  proof_malformed: (f) => ({
    title: 'This is not a signed statement',
    why: `The file does not follow the standard (${f.reason}).`,
    next: 'Use another file.',
  }),
  journal_unavailable: (f) => ({
    title: 'The journal cannot be written',
    why: `Nothing is signed without a record (${f.reason}).`,
    next: 'Check the disk space and the rights of the folder.',
  }),
  journal_broken: (f) => ({
    title: f.row == null ? 'The journal was changed' : `Row ${f.row} of the journal was changed`,
    why: 'From this row on, the records do not fit their check values.',
    next: 'Leave everything as it is and tell whoever looks after security.',
  }),
  file_unwritable: (f) => ({
    title: 'The file could not be saved',
    why: `Writing failed (${f.reason}).`,
    next: 'Check the disk space and the rights of the folder, then try again.',
  }),
  keyring_unavailable: (f) => ({
    title: "The system's keyring cannot be used",
    why: `The session has no place to be kept (${f.reason}); it lasts while the program runs.`,
    next: 'Everything works; after closing the program sign in again.',
  }),
  input_invalid: (f) => ({
    title: `${f.field == null ? 'What was filled in' : field(f.field)} cannot be used`,
    why: `Look at it again: ${flaw(f.field, f.reason)}.`,
    next: 'Correct it and try again.',
  }),
  flow_busy: () => ({
    title: 'Another certification is under way',
    why: 'Only one can be done at a time.',
    next: 'Wait until it ends, or cancel it.',
  }),
  flow_not_there: () => ({
    title: 'This step is no longer there',
    why: 'The certification has ended or was cancelled.',
    next: 'Start again.',
  }),
  cancelled: () => ({
    title: 'Cancelled',
    why: 'You cancelled this certification. Nothing was submitted.',
    next: 'Start again when you need to.',
  }),
  defect: (f) => ({
    title: 'The program failed',
    why: `This is a defect in the program, not your doing (${f.place}).`,
    next: 'Close it and open it again. If it happens again, tell us.',
  }),
};

/** The same faults, told of a UKey. */
export const faultsUkey: Partial<FaultWords> = {
  card_not_bound: () => ({
    title: 'This UKey is bound to no account yet',
    why: 'The portal does not know whose it is.',
    next: 'Sign in with account and password first.',
  }),
  reader_unavailable: (f) => ({
    title: 'The UKey cannot be used',
    why: `${f.reader} does not answer or was unplugged.`,
    next: 'Unplug the UKey and plug it in again.',
  }),
  card_busy: (f) => ({
    title: 'Another program is using the UKey',
    why: `${f.reader} is held by another program, online banking for example.`,
    next: 'Close that program and try again.',
  }),
  card_removed: () => ({
    title: 'The UKey was unplugged',
    why: 'It was gone before the work was done.',
    next: 'Plug the UKey in and start again.',
  }),
  card_reset: () => ({
    title: 'Another program reset the UKey',
    why: 'A program touched this UKey at the same moment.',
    next: 'Close that program and try again.',
  }),
  card_mute: () => ({
    title: 'The UKey does not answer',
    why: 'It may not be plugged in firmly.',
    next: 'Unplug it and plug it into another USB port.',
  }),
  card_communication: (f) => ({
    title: 'The connection to the UKey broke',
    why: `The driver reports ${f.scard}.`,
    next: 'Unplug it and plug it in again. If that does not help, try another USB port.',
  }),
  card_unknown: (f) => ({
    title: 'This UKey is not known',
    why: `No usable application was found (ATR ${f.atr}). No PIN was sent to it.`,
    next: 'Use another UKey.',
  }),
  card_refused: (f) => ({
    title: 'The UKey refused',
    why: `It answered ${f.status} to ${f.command}.`,
    next: 'Use another UKey, or have this one checked at the bank.',
  }),
  card_malformed: (f) => ({
    title: 'The data on the UKey cannot be read',
    why: `${f.object}: ${f.reason}.`,
    next: 'Use another UKey, or have this one checked at the bank.',
  }),
  card_changed: () => ({
    title: 'The UKey is not the one you checked',
    why: 'Its certificate is different, so nothing was signed and no PIN was used.',
    next: 'Plug the first UKey in and check again.',
  }),
  token_gone: () => ({
    title: 'The UKey is no longer there',
    why: 'It was unplugged or plugged in anew after you checked.',
    next: 'Plug the UKey in and check again.',
  }),
  key_missing: () => ({
    title: 'The UKey has no key for this certificate',
    why: 'A certificate without its key cannot sign.',
    next: 'Choose another certificate, or use another UKey.',
  }),
  pin_format: (f) => ({
    title: `The UKey PIN has ${f.min} to ${f.max} characters`,
    why: 'Digits, letters and common signs only. Nothing was sent to the UKey; no try was used.',
    next: 'Enter it again.',
  }),
  pin_wrong: (f) => ({
    title:
      f.tries_left == null
        ? 'Wrong UKey PIN'
        : `Wrong UKey PIN, ${f.tries_left} ${f.tries_left === 1 ? 'try' : 'tries'} left`,
    why: 'Nothing is tried again by itself. Too many wrong PINs lock the UKey; only the bank can unlock it.',
    next: 'Make sure, then enter it again.',
  }),
  pin_last_try: () => ({
    title: 'One try is left',
    why: 'One more wrong PIN locks the UKey. Nothing was sent to it; no try was used.',
    next: 'If you are sure of the PIN, tick the box first, then sign.',
  }),
  pin_locked: () => ({
    title: 'The UKey PIN is locked',
    why: 'It was entered wrongly too often; the UKey takes no PIN any more.',
    next: 'Have it unlocked at the bank. For now, use another UKey.',
  }),
  certificate_malformed: (f) => ({
    title: 'The certificate cannot be read',
    why: `It does not follow the standard (${f.reason}).`,
    next: 'Use another UKey, or have this one checked at the bank.',
  }),
  certificate_not_yet_valid: (f) => ({
    title: 'The certificate is not valid yet',
    why: `It is valid from ${f.from?.slice(0, 10)}.`,
    next: "Check this computer's date. If it is right, use another UKey.",
  }),
  certificate_expired: (f) => ({
    title: 'The certificate has expired',
    why: `It expired on ${f.until?.slice(0, 10)}.`,
    next: 'Have the bank renew it, or use another UKey.',
  }),
  certificate_usage: () => ({
    title: 'This certificate is not for signing',
    why: 'It was issued without that use.',
    next: "Choose the UKey's signing certificate, or use another UKey.",
  }),
  certificate_other_company: (f) => ({
    title: 'This UKey belongs to another company',
    why: `Its organization code is ${f.certificate}, the account's is ${f.account}.`,
    next: "Use your own company's UKey, or sign in with that company's account.",
  }),
  certificate_without_company: () => ({
    title: 'The certificate names no organization code',
    why: 'It does not say which company it belongs to.',
    next: "Use the UKey of the company's bank account, or the bank's page.",
  }),
  algorithm_unsupported: (f) => ({
    title: 'This algorithm is not supported',
    why: `The certificate or the driver uses ${f.oid}.`,
    next: "Use another UKey, or the bank's page.",
  }),
  signature_invalid: () => ({
    title: "The UKey's signature did not verify",
    why: 'It does not fit the certificate, so nothing was submitted.',
    next: "Try again. If it happens again, use another UKey or the bank's page.",
  }),
};
