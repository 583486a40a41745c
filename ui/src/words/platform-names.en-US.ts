import type * as chinese from './platform-names.zh-CN';
import type { About, PathName, WayName } from './platform-names.zh-CN';

export const abouts = {
  ningbo: {
    about: 'For trading at the Ningbo Property Rights Exchange. Person and company certify each for themselves.',
    help: {
      title: 'How forward and reverse payment differ',
      items: [
        {
          ask: 'Forward payment',
          tell: "The platform pays a random amount below one yuan to the company's account; you fill the amount in.",
        },
        {
          ask: 'Reverse payment',
          tell: 'The company pays 0.01 yuan to the platform from its own account; it counts if the payer is named as the company is.',
        },
        {
          ask: 'Needed for both',
          tell: 'A stamped authorisation letter, which the platform reviews. Certification is done once payment and letter have both passed.',
        },
      ],
    },
  },
  beijing: {
    about:
      'For founding a company in Beijing. Before the papers are handed in, all of these people certify, each with an account of their own.',
    help: {
      title: 'Which of the two ways to take',
      items: [
        {
          ask: 'On the web',
          tell: 'With a UnionPay card and the phone its bank knows: card number, code by SMS, pictures of both sides of the ID card.',
        },
        {
          ask: 'With the phone app',
          tell: 'With the ID card itself: the app takes both sides and then asks for a few movements.',
        },
      ],
    },
  },
  henan: {
    about:
      'For registrations in Henan. One person, one matter, one certification: for each matter that is submitted, everybody in it signs and certifies once.',
    help: {
      title: 'Support, and what is often asked',
      items: [
        {
          ask: 'What it works with',
          tell: 'Only the Alipay mini-program 登记注册身份验证 for now; not WeChat or other apps.',
        },
        {
          ask: 'Which documents count',
          tell: 'Resident identity cards, passports of overseas Chinese, Hong Kong and Macao permits.',
        },
        { ask: 'Which phones', tell: 'Android 4.3 or later, iOS 11 or later.' },
        {
          ask: 'How to open the mini-program',
          tell: 'Scan the QR code with Alipay, or search for 登记注册身份验证 in Alipay. No account is needed.',
        },
        { ask: 'What is checked', tell: "The person's face; with an ID card also the person's own bank card." },
        {
          ask: 'Identity not confirmed',
          tell: "Name or ID number is wrong, or it is not the person's own Alipay. Check, and let the person try again.",
        },
        {
          ask: 'Face not confirmed',
          tell: 'Another person, a face that has changed much, little light or a weak camera. Try in good light or with a better phone.',
        },
        { ask: 'The check failed', tell: 'Try again later, or restart Alipay and try again.' },
        {
          ask: 'It still does not work',
          tell: 'Follow 你呼我应 in WeChat and choose 登记注册自然人身份验证系统: there is help online.',
        },
      ],
    },
  },
} satisfies Record<keyof typeof chinese.abouts, About>;

export const paths = {
  person: { name: 'Certify a person', needs: "The account's phone; then a phone number, a face or a bank card." },
  company_legal: {
    name: 'Certify the company (by its legal representative)',
    needs: "The business licence; the legal representative's phone, or the corporate account and the seal.",
  },
  company_other: {
    name: 'Certify the company (by somebody else)',
    needs:
      'The business licence; the legal representative authorises on a phone, or the corporate account and the seal.',
  },
  web: {
    name: 'On the web (bank card)',
    needs: 'ID card, own UnionPay card, the phone its bank knows, pictures of both sides of the ID card.',
  },
  app: { name: 'With the phone app', needs: 'The ID card itself, and a phone with the app 北京e窗通.' },
  matter: {
    name: 'Sign and certify for a registration',
    needs: 'Name, document and phone of everybody who takes part.',
  },
} satisfies Record<keyof typeof chinese.paths, PathName>;

export const apps = { beijing: '北京e窗通' } satisfies Record<keyof typeof chinese.apps, string>;

export const phones = {
  beijing_app: [
    'Open the app 北京e窗通, choose 身份确认 and scan.',
    'Phone number and code, both sides of the ID card, then a few movements.',
    'This page then goes on by itself.',
  ],
  henan_sign: [
    'Open the app 掌上登记 and scan.',
    'Read the document, show the face, sign by hand.',
    'This page then follows.',
  ],
  henan_certify: [
    'Open Alipay and scan; it opens 登记注册身份验证.',
    'Show who you are, confirm the matter, and sign.',
    'This page then follows.',
  ],
} satisfies Record<keyof typeof chinese.phones, string[]>;

export const steps = {
  authorise: 'Authorise',
  way: 'Choose a way',
  phone: 'By phone number',
  face: 'By face',
  scan_alipay: 'Face with Alipay',
  scan_quick: 'Quick face',
  bank_card: 'By bank card',
  authorise_company: 'Authorise',
  organisation: 'The company',
  company_way: 'Choose a way',
  scan_alipay_quick: 'Quick, by the legal representative',
  legal_way: 'Legal representative',
  legal_face: "Legal representative's face",
  legal_scan_alipay: 'Face with Alipay',
  legal_scan_quick: 'Quick face',
  legal_phone: "Legal representative's phone",
  direction: 'Choose who pays',
  company_account: 'Corporate account',
  forward: 'Forward payment',
  reverse: 'Reverse payment',
  authorise_other: 'Authorise',
  organisation_other: 'The company',
  other_way: 'Choose a way',
  authorisation: 'Authorisation',
  alipay_face: 'Face',
  quick_face: 'Face',
  alipay_consent: 'Consent',
  alipay_quick_face: 'Face',
  legal_number: 'ID number',
  legal_letter: 'Read the letter',
  legal_letter_face: 'Face',
  legal_signature: 'Sign the letter',
  bank_account: 'Bank card',
  phone_code: 'Code by SMS',
  id_pictures: 'Pictures of the ID card',
  scan_app: 'Scan with the app',
  app_phone: 'Phone number',
  app_code: 'Code by SMS',
  app_pictures: 'Pictures of the ID card',
  app_face: 'Face',
  materials: 'The matter',
  people: 'Sign and certify',
  read_document: 'Read the document',
  sign_face: 'Face',
  sign_document: 'Sign by hand',
  identity: 'Who you are',
  consent: 'Consent',
  first_face: 'Face',
  own_card: 'Own bank card',
  photo: 'Confirm the picture',
  pending: 'What waits',
  details: 'Confirm the matter',
  second_face: 'Face once more',
  signature: 'Sign by hand',
} satisfies Record<keyof typeof chinese.steps, string>;

export const tells = {
  phone: "The number must have been taken out with the person's own ID card.",
  face: 'Name and ID number are checked first; then a phone scans a QR code and takes the face.',
  bank_card: 'Give the phone number that the bank has for this card.',
  organisation:
    'The company name comes from the company data and may be changed. Fill in what the business licence says.',
  organisation_other:
    "The company name comes from the company data and may be changed. Fill in what the business licence says. The legal representative's ID number may be left for the phone.",
  legal_face: "The legal representative's ID number is checked first; then a phone scans a QR code and takes the face.",
  legal_phone: 'The number must have been taken out by the legal representative.',
  company_account: 'The account must be in the name of the company. Find the branch by name, city or number.',
  bank_account: 'Use a card with the UnionPay sign. If the bank knows no phone, or you forgot which, ask the bank.',
  id_pictures: 'Take the card itself: flat, all four corners in the picture, the writing clear, no glare.',
  materials: 'Everybody who signs and certifies is shown the name of the matter.',
} satisfies Record<keyof typeof chinese.tells, string>;

export const labels = {
  'phone phone': 'Own mobile number',
  'bank_card phone': 'Phone known to the bank',
  'bank_account phone': 'Phone known to the bank',
} satisfies Record<keyof typeof chinese.labels, string>;

export const ways = {
  phone: { name: 'By phone number', needs: 'Name, ID number, own mobile number', takes: 'about 1 minute' },
  face: { name: 'By face', needs: 'Name, ID number, then a phone scans a QR code', takes: 'about 2 minutes' },
  bank_card: {
    name: 'By bank card',
    needs: 'Name, ID number, card number, the phone its bank knows',
    takes: 'about 1 minute',
  },
  alipay_quick: {
    name: 'Quick, by the legal representative',
    needs: 'The legal representative scans with the own Alipay and shows the face',
    takes: 'about 2 minutes',
  },
  legal_representative: {
    name: 'By the legal representative',
    needs: "The legal representative's ID number, then face or phone number",
    takes: 'about 2 minutes',
  },
  transfer: {
    name: 'By corporate payment',
    needs: 'The corporate account and a stamped authorisation letter',
    takes: 'about 1 working day',
  },
  legal_face: { name: 'By face', needs: 'The legal representative scans a QR code', takes: 'about 2 minutes' },
  legal_phone: {
    name: 'By phone number',
    needs: "A number of the legal representative's own",
    takes: 'about 1 minute',
  },
  forward: {
    name: 'Forward payment',
    needs: 'The platform pays less than one yuan to the company; you fill the amount in',
    takes: 'once it has come in',
  },
  reverse: {
    name: 'Reverse payment',
    needs: 'The company pays 0.01 yuan to the platform',
    takes: 'as soon as it comes in',
  },
  legal_authorisation: {
    name: 'Authorised by the legal representative',
    needs: 'The legal representative scans a QR code or opens a link, and signs',
    takes: 'about 3 minutes',
  },
} satisfies Record<keyof typeof chinese.ways, WayName>;

export const banks = {
  boc: 'Bank of China',
  ccb: 'China Construction Bank',
  cmb: 'China Merchants Bank',
  icbc: 'ICBC',
  cib: 'Industrial Bank',
  bocom: 'Bank of Communications',
  ceb: 'China Everbright Bank',
  abc: 'Agricultural Bank of China',
  spdb: 'SPD Bank',
} satisfies Record<keyof typeof chinese.banks, string>;
