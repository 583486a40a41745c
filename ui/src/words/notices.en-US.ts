import type { notices as chinese, NoticeText } from './notices.zh-CN';

export const notices = {
  ningbo_authorisation: {
    title: 'About this authorisation',
    text: [
      'The Ningbo Property Rights Exchange asks you to let it use the name, phone number and company registered for this account to certify you.',
      'This is for this one certification: to see whether it passed, when and how. It gives away neither your password nor what other platforms have.',
      'The code proves that whoever authorises is the one who uses the account. Tell it to nobody; the platform’s staff will not ask for it.',
      'Until the certification is done you may give it up at any time; what was filled in is then deleted.',
    ],
  },
  ningbo_service: {
    title: 'Terms of real-name certification',
    text: [
      'The names, document numbers, phone and card numbers and company data that you give are compared with the register in charge (population, carriers, banks, companies). It answers only whether they agree.',
      'Give only data of your own, or of a company that you may act for. Whoever uses another person’s identity is liable for it.',
      'A record of the comparison is kept, to prove how the certification passed. Of document and card numbers only the ends can be seen.',
      'If it does not pass, you are not told which item differs: nobody shall find out other people’s data that way.',
    ],
  },
  alipay_consent: {
    title: 'About the consent in Alipay',
    text: [
      'You agree that Alipay gives your registered name and ID number to the Ningbo Property Rights Exchange, to confirm that you are the legal representative of this company.',
      'Then your face is taken once. The picture serves this one comparison and is deleted afterwards.',
      'Without your consent this way cannot be taken; you may cancel and certify another way.',
    ],
  },
  ningbo_legal_authorisation: {
    title: 'Authorisation by the legal representative',
    text: [
      'I am the legal representative (person in charge) of the company named above. I authorise the person who handles this to certify the company at the Ningbo Property Rights Exchange in its name, and to use the certified account.',
      'What this person does within the authorisation counts as done by the company. It takes effect on the day of signing; the company may revoke it in writing, which leaves what was done before untouched.',
      'I confirm that the company’s name, its unified social credit code and my own data are true, and agree that my face is checked for signing this.',
    ],
  },
  henan_own_card: {
    title: 'About the check of face and own bank card',
    text: [
      'For a safer certification, whoever certifies with a resident identity card passes a check of the face and one of the own bank card.',
      'The card must be a UnionPay card in the person’s own name, the phone number the one its bank has. It is only compared: nothing is charged and no balance is read.',
      'With a passport or a Hong Kong and Macao permit the face alone is checked.',
    ],
  },
  henan_personal_information: {
    title: 'How personal data are used',
    text: [
      'You know and agree that the provider of this service uses your personal data by these rules to check who you are.',
      'What is used: name, kind and number of the document, the face; with an ID card also the bank card number and the phone its bank has. What for: to make sure that it is you who registers, and nobody in your name.',
      'How long: result and time of the check and your signature stay with the registration; the picture of the face and the card number are deleted after the check.',
      'You may see and correct your data, and you may refuse; then this way cannot be taken, and the registration counter is open to you.',
    ],
  },
} satisfies Record<keyof typeof chinese, NoticeText>;
