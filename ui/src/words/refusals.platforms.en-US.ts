// What the platforms' procedures are refused for.
import type { refusalsOfPlatforms as chinese } from './refusals.platforms.zh-CN';
import type { Said } from './index';

export const refusalsOfPlatforms = {
  phone_mismatch: {
    title: 'The phone number was not confirmed',
    why: 'Name, ID number and phone are not together at the carrier.',
    next: "Use a number taken out with the person's own ID card, or certify another way.",
  },
  face_mismatch: {
    title: 'The face was not confirmed',
    why: 'It does not look like the picture on record: another person, or a face that has changed much.',
    next: 'Have the person try again in good light. If it fails again, choose another way.',
  },
  picture_quality: {
    title: 'The picture is not clear',
    why: 'It is too dark, too bright or too small.',
    next: 'Take it again in good light, with the card filling the picture.',
  },
  picture_side: {
    title: 'The picture shows the wrong side',
    why: 'It is the other side of the ID card, or no ID card at all.',
    next: 'Look which is the side with the face and which the one with the emblem, and choose again.',
  },
  picture_unreadable: {
    title: 'The writing on the picture cannot be read',
    why: 'It is blurred, glares or is covered.',
    next: 'Lay the card flat, avoid glare, and take another picture.',
  },
  picture_mismatch: {
    title: "The picture is of another person's card",
    why: 'Name, number or dates on it are not what was filled in before.',
    next: "Use the person's own ID card. If an entry was wrong, go back and mend it.",
  },
  liveness_failed: {
    title: 'The actions before the camera were not right',
    why: 'They were not those that were asked for.',
    next: 'Follow the prompts slowly, one by one.',
  },
  holder_mismatch: {
    title: "Not the account's own holder",
    why: 'The person is another one than this account belongs to.',
    next: 'Have the holder do it, or use an account of your own.',
  },
  amount_wrong: {
    title: 'The amount is wrong',
    why: "It is not what was paid to the company's account.",
    next: 'Ask your accounts which amount came in, and fill it in again.',
  },
  amount_too_many: {
    title: 'The amount was wrong too often',
    why: 'This payment is void now.',
    next: 'Ask for a new payment, or pay the other way round.',
  },
  account_mismatch: {
    title: 'The corporate account was not confirmed',
    why: "There is no such account, or it is not the company's. Its holder must be named as the company is.",
    next: 'Check account and branch, and try again.',
  },
  letter_refused: {
    title: 'The authorisation letter was sent back',
    why: 'The review desk did not accept it.',
    next: 'Mend what the reason says, stamp and scan it again, and upload it once more.',
  },
  ticket_expired: {
    title: 'The QR code has expired',
    why: 'It is good for a short time only.',
    next: 'Get a new QR code and scan that.',
  },
  ticket_used: {
    title: 'This QR code was used before',
    why: 'One phone can open it, once.',
    next: 'Get a new QR code for the person whose turn it is.',
  },
  phone_cancelled: {
    title: 'It was cancelled on the phone',
    why: 'Whoever scanned the code chose not to go on.',
    next: 'To go on, get a new QR code and scan that.',
  },
  person_unknown: {
    title: 'Nothing waits for this person',
    why: 'No matter of the last 7 days names a person with this name and document.',
    next: 'Check name and document, or ask whoever handles the matter to add this person.',
  },
  matter_mismatch: {
    title: 'This certification belongs to another matter',
    why: 'One person, one matter, one certification: it counts for no other.',
    next: 'Certify once more, for this matter.',
  },
  duties_missing: {
    title: 'Somebody is not done yet',
    why: 'A signature or a certification is missing.',
    next: 'Submit once everybody has done both.',
  },
  identity_mismatch: {
    title: 'Name and ID number were not confirmed',
    why: 'They are not together in the population register.',
    next: 'Compare with the ID card and try again.',
  },
} satisfies Record<keyof typeof chinese, Said>;
