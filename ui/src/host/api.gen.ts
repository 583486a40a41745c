// Written from core/src/api by `cargo test -p tongguan-core api_gen`; do not edit.

export type AccountName = string;

export type AccountRecord = { version: number, account: AccountName, role: Role, rights: Array<Right>, 
/**
 * The person who the account belongs to.
 */
holder: PersonRecord, phone: MaskedText | null, email: MaskedText | null, 
/**
 * The password was given by an administrator, or is too old.
 */
change_password: boolean, sign_in_again: boolean, 
/**
 * Access region: the local Single Window that this account belongs to.
 */
region: Region | null, notifications: Notifications, };

export type Address = string;

export type Algorithm = "sm2_sm3" | "rsa_sha256" | "rsa_sha1" | "ecdsa_p256_sha256";

export type AnswerFlaw = "too_large" | "not_json" | "malformed" | "redirect" | "unexpected_status";

export type Application = "tongguan" | "pkcs15" | "piv" | "pkcs11" | "skf";

export type Architecture = "x86" | "x8664" | "aarch64" | "other";

export type AskTicket = { 
/**
 * In a matter: whose, and for which duty.
 */
duty: DutyOf | null, 
/**
 * Send the link there.
 */
sms_to: PhoneNumber | null, };

export type Bank = { id: BankId, name: BankName, english: string, 
/**
 * One character that stands for the bank where a picture would.
 */
mark: string, 
/**
 * The bank's own word for its UKey.
 */
token: string, token_english: string, 
/**
 * What has to be installed for it.
 */
component: string, component_english: string, 
/**
 * The bank's own certification page: an http(s) address without a query. `None`: not known here.
 */
page: string | null, 
/**
 * Common names of the authorities that issue the certificates on its UKeys.
 */
issuers: Array<string>, };

export type BankCard = { number: BankCardNumber, phone: PhoneNumber, };

export type BankCardNumber = string;

export type BankId = string;

export type BankMark = { id: BankId, name: BankName, };

export type BankName = string;

export type BoundCard = { id: RequestId, number: MaskedText, holder: string, kind: CardKind, bound_at: Timestamp, };

export type Branch = { number: BranchNumber, name: string, };

export type BranchNumber = string;

export type CalendarDate = string;

export type Captcha = { id: RequestId, expires_at: Timestamp, } & ({ "kind": "image", png: string, } | { "kind": "question", chinese: string, english: string, });

export type CaptchaAnswer = { id: RequestId, answer: string, };

export type CaptchaKind = "image" | "question";

export type CardKind = "legal_person" | "operator" | "bank_ukey" | "unknown";

export type Certificate = { 
/**
 * SHA-256 over the DER, lower-case hex.
 */
fingerprint: string, 
/**
 * Lower-case hex; 8 or 16 digits for an electronic-port card (its "certNo").
 */
serial: string, 
/**
 * Common name of the subject.
 */
holder: string, issuer: string, company: string | null, organization_code: OrganizationCode | null, card_number: string | null, holder_id: MaskedText | null, valid_from: Timestamp, valid_until: Timestamp, algorithm: Algorithm, may_sign: boolean, };

export type CertificateFacts = { 
/**
 * SHA-256 over the DER, lower-case hex.
 */
fingerprint: string, 
/**
 * Lower-case hex; 8 or 16 digits for an electronic-port card (its "certNo").
 */
serial: string, 
/**
 * Common name of the subject.
 */
holder: string, issuer: string, company: string | null, organization_code: OrganizationCode | null, card_number: string | null, holder_id: MaskedText | null, valid_from: Timestamp, valid_until: Timestamp, algorithm: Algorithm, may_sign: boolean, };

export type Certification = { method: Method, receipt: Receipt, 
/**
 * SHA-256 of the certificate, lower-case hex; none for documents.
 */
certificate: string | null, 
/**
 * When what it rests on ends: the certificate, or the first of the documents.
 */
expires_at: Timestamp | null, };

export type Check = "person_identity" | "person_phone" | "person_bank_card" | "person_validity" | "company" | "legal_identity" | "legal_phone" | "company_account";

export type CheckKind = "id_card" | "bank_card";

export type CheckedPerson = { name: PersonName, document: MaskedDocument | null, 
/**
 * How the person was checked, once that is done.
 */
passed_by: CheckKind | null, };

export type Closed = "expired" | "left" | "holder_changed" | "legal_representative_changed";

export type CodeEntered = { id: RequestId, code: VerificationCode, };

export type CodeSent = { id: RequestId, to: MaskedText, resend_at: Timestamp, expires_at: Timestamp, };

export type CodeTarget = { "channel": "phone", phone: PhoneNumber, } | { "channel": "email", email: EmailAddress, };

export type CodeTo = "account_phone" | "given_phone";

export type CompanyEdit = { version: number, name: CompanyName, uscc: UnifiedSocialCreditCode, organization_code: OrganizationCode, legal_representative: PersonName, address: Address | null, };

export type CompanyIdentity = { name: CompanyName, organization_code: OrganizationCode, uscc: UnifiedSocialCreditCode, };

export type CompanyKind = "limited" | "joint_stock" | "partnership" | "sole_proprietorship" | "every";

export type CompanyName = string;

export type CompanyRecord = { version: number, identity: CompanyIdentity, legal_representative: PersonRecord, address: Address | null, 
/**
 * Saved since sign-in: it takes effect at the next one.
 */
sign_in_again: boolean, };

export type Country = string;

export type Difference = { field: string, statement: string, account: string, };

export type Direction = "forward" | "reverse";

export type Document = { kind: DocumentKind, number: DocumentNumber, };

export type DocumentKind = "id_card" | "passport" | "home_return_permit" | "taiwan_permit" | "foreign_permanent_residence";

export type DocumentNumber = string;

export type Download = { system: PhoneSystem, address: WebAddress, };

export type Duty = "signature" | "certification";

export type DutyOf = { person: RequestId, duty: Duty, };

export type EmailAddress = string;

export type FaceAction = { "action": "blink" } | { "action": "open_mouth" } | { "action": "turn_left" } | { "action": "turn_right" } | { "action": "nod" } | { "action": "read", digits: number, };

export type Fact = { field: Field, value: string, };

export type Fault = { "code": "card_service_stopped" } | { "code": "card_service_denied" } | { "code": "reader_unavailable", reader: string, } | { "code": "card_busy", reader: string, } | { "code": "card_removed" } | { "code": "card_reset" } | { "code": "card_mute" } | { "code": "card_communication", scard: string, } | { "code": "card_unknown", atr: string, } | { "code": "card_refused", command: string, status: string, } | { "code": "card_malformed", object: string, reason: string, } | { "code": "card_changed" } | { "code": "token_gone" } | { "code": "key_missing" } | { "code": "library_missing", library: string, } | { "code": "library_refused", library: string, reason: LibraryFlaw, } | { "code": "library_timeout", library: string, call: string, seconds: number, } | { "code": "library_crashed", library: string, call: string, } | { "code": "library_lied", library: string, call: string, } | { "code": "library_failed", library: string, call: string, answer: string, } | { "code": "library_silent", library: string, call: string, answer: string, } | { "code": "pin_format", min: number, max: number, } | { "code": "pin_wrong", tries_left: number | null, } | { "code": "pin_last_try" } | { "code": "pin_locked" } | { "code": "pin_not_set" } | { "code": "certificate_malformed", reason: string, } | { "code": "certificate_not_yet_valid", from: string, } | { "code": "certificate_expired", until: string, } | { "code": "certificate_usage" } | { "code": "certificate_other_company", certificate: string, account: string, } | { "code": "certificate_other_bank", issuer: string, bank: string, } | { "code": "certificate_not_port", issuer: string, } | { "code": "certificate_without_company" } | { "code": "algorithm_unsupported", oid: string, } | { "code": "signature_invalid" } | { "code": "portal_address", reason: string, } | { "code": "portal_unreachable" } | { "code": "portal_timeout" } | { "code": "portal_tls" } | { "code": "portal_answer", reason: AnswerFlaw, } | { "code": "portal_failing", status: number, } | { "code": "sign_in_refused" } | { "code": "sign_in_delayed", seconds: number, } | { "code": "captcha_wrong" } | { "code": "sign_in_locked", seconds: number, } | { "code": "card_not_bound" } | { "code": "session_ended" } | { "code": "proof_refused", reason: Refusal, } | { "code": "data_refused", reason: Refusal, } | { "code": "record_changed" } | { "code": "too_often", seconds: number, } | { "code": "not_allowed" } | { "code": "register_unavailable", register: Register, } | { "code": "bank_unknown", bank: string, } | { "code": "bank_page_absent", bank: string, } | { "code": "browser_unavailable", address: string, } | { "code": "file_unusable", slot: Slot, reason: FileFlaw, } | { "code": "statement_malformed", field: string, reason: string, } | { "code": "challenge_expired" } | { "code": "challenge_mismatch", field: string, } | { "code": "proof_malformed", reason: string, } | { "code": "journal_unavailable", reason: string, } | { "code": "journal_broken", row: number, } | { "code": "file_unwritable", reason: string, } | { "code": "keyring_unavailable", reason: string, } | { "code": "input_invalid", field: string, reason: string, } | { "code": "flow_busy" } | { "code": "flow_not_there" } | { "code": "cancelled" } | { "code": "defect", place: string, };

export type Fen = number;

export type Field = "name" | "document_kind" | "document_number" | "id_number" | "phone" | "bank_card" | "valid_from" | "valid_until" | "face_by" | "company_name" | "company_number" | "legal_name" | "legal_id_number" | "legal_phone" | "account_number" | "branch" | "matter_kind" | "matter_title" | "role";

export type FieldEntry = { field: Field, 
/**
 * What it begins with; of a private field that is fixed, the ends only.
 */
value: string | null, fixed: boolean, optional: boolean, };

export type FieldRule = { field: Field, from: FieldSource | null, 
/**
 * It cannot be changed.
 */
fixed: boolean, 
/**
 * It may be left empty.
 */
optional: boolean, };

export type FieldSource = "account" | "company" | "earlier";

export type FileContent = string;

export type FileFlaw = "empty" | "too_large" | "type" | "too_many_pixels" | "too_small" | "damaged" | "active_content" | "locked";

export type FlowView = { "kind": "idle" } | { "kind": "preparing", token: TokenId, key: KeyRef, } | { "kind": "consent", token: TokenInfo, key: KeyRef, certificate: CertificateFacts, statement: StatementView, pin: PinState, 
/**
 * Where the statement's company data are not the account's.
 */
differences: Array<Difference>, fault: Fault | null, } | { "kind": "working", step: Step, token: TokenInfo | null, certificate: CertificateFacts, statement: StatementView, } | { "kind": "failed", fault: Fault, remedy: Remedy, can_resubmit: boolean, statement: StatementView | null, } | { "kind": "at_bank", bank: BankId, address: string, expires_at: Timestamp, 
/**
 * Whether a browser could be started.
 */
opened: boolean, fault: Fault | null, } | { "kind": "done_at_bank", receipt: Receipt, } | { "kind": "done", receipt: Receipt, statement: StatementView, algorithm: Algorithm, certificate: CertificateFacts, 
/**
 * `None` where the journal could not be written: `journal_fault` says why.
 */
journal_row: number | null, journal_fault: Fault | null, saved: string | null, timings: Timings, };

export type Identity = { key: KeyRef, certificate: Certificate, };

export type JournalEntry = { at: Timestamp, purpose: Purpose, audience: Origin, token_label: string, 
/**
 * SHA-256 of the certificate, lower-case hex.
 */
certificate: string, outcome: Outcome, };

export type JournalRow = { row: number, entry: JournalEntry, 
/**
 * SHA-256 over the previous row's hash and this row's fields, lower-case hex.
 */
hash: string, };

export type KeyRef = string;

export type LegalCertification = { id: RequestId, 
/**
 * When it is closed if nobody goes on.
 */
expires_at: Timestamp, step: LegalStep, 
/**
 * What step 1 was passed with.
 */
company: CompanyIdentity | null, legal_representative: CheckedPerson | null, 
/**
 * The account's owner, as step 3 begins with.
 */
holder: CheckedPerson | null, };

export type LegalCompany = { company: CompanyIdentity, legal_representative: PersonName, document: Document, };

export type LegalHolder = { name: PersonName, document: Document | null, check: PersonCheck, };

export type LegalStep = { "kind": "company" } | { "kind": "legal_representative" } | { "kind": "holder" } | { "kind": "done", receipt: Receipt, };

export type LetterState = { "state": "missing" } | { "state": "waiting", since: Timestamp, } | { "state": "refused", reason: string, } | { "state": "passed" };

export type Library = { path: LibraryPath, kind: LibraryKind, 
/**
 * The maker's name, or the file's.
 */
name: string, source: LibrarySource, state: LibraryState, };

export type LibraryFacts = { 
/**
 * Over the whole file, lower-case hex.
 */
sha256: string, 
/**
 * In bytes.
 */
size: number, architecture: Architecture, version: string | null, 
/**
 * Somebody else than its owner may change the file or a folder that it lies in.
 */
writable_by_others: boolean, };

export type LibraryFlaw = "not_absolute" | "not_a_file" | "beside_program" | "not_a_library" | "thirty_two_bit" | "other_architecture" | "other_system" | "changed" | "not_approved" | "no_entry_points";

export type LibraryKind = "pkcs11" | "skf";

export type LibraryPath = string;

export type LibrarySource = "catalogue" | "own";

export type LibraryState = { "kind": "absent" } | { "kind": "unusable", facts: LibraryFacts | null, fault: Fault, } | { "kind": "found", facts: LibraryFacts, } | { "kind": "approved", facts: LibraryFacts, fault: Fault | null, };

export type MaskedDocument = { kind: DocumentKind, number: MaskedText, };

export type MaskedText = string;

export type Matter = { title: string, kind: MatterKind, 
/**
 * SHA-256 of the document that is signed, lower-case hex.
 */
document: string, company: CompanyName, };

export type MatterKind = "establishment" | "change" | "filing" | "cancellation";

export type Means = { "method": "ic_card" } | { "method": "bank_ukey", bank: BankId, };

export type Method = "ic_card" | "legal_representative" | "bank_ukey";

export type MethodState = { method: Method, 
/**
 * When it was passed, if it was.
 */
passed_at: Timestamp | null, receipt: string | null, 
/**
 * Whose UKey it was.
 */
bank: BankName | null, 
/**
 * When what it rests on ends: the certificate, or the first of the documents.
 */
expires_at: Timestamp | null, };

export type NewOperator = { account: AccountName, name: PersonName, document: Document, phone: PhoneNumber, rights: Array<Right>, password: Password, };

export type NewParticipant = { name: PersonName, document: Document, role: PersonRole, };

export type NoticeId = string;

export type Notifications = { sign_in: boolean, certification: boolean, 
/**
 * Certificates and documents that end soon.
 */
expiry: boolean, };

export type NotificationsSet = { sign_in?: boolean, certification?: boolean, expiry?: boolean, };

export type Offer = { field: Field, value: string, platform: PlatformId, };

export type OpenProcedure = { id: RequestId, path: PathId, step: StepId, opened_at: Timestamp, expires_at: Timestamp, 
/**
 * Of a matter.
 */
title: string | null, };

export type Operator = { account: AccountName, name: PersonName, document: MaskedDocument | null, phone: MaskedText | null, role: Role, enabled: boolean, rights: Array<Right>, 
/**
 * A personal account that asked to be made an operator.
 */
asks_upgrade: boolean, last_sign_in: Timestamp | null, };

export type OperatorSet = { 
/**
 * Disabling ends the account's sessions.
 */
enabled?: boolean, rights?: Array<Right>, };

export type OrganizationCode = string;

export type Origin = string;

export type Outcome = { "kind": "signed" } | { "kind": "accepted", receipt: string, } | { "kind": "failed", code: string, };

export type Participant = { id: RequestId, name: PersonName, document: MaskedDocument, role: PersonRole, signed_at: Timestamp | null, certified_at: Timestamp | null, 
/**
 * When what they had done ceased to count, because the matter's people, and with them its document, became
 * others; until they have done all of it again.
 */
void_at: Timestamp | null, };

export type Password = string;

export type Path = { id: PathId, subject: Subject, first: StepId, 
/**
 * A phone may open it without having been sent a ticket.
 */
walk_in: boolean, };

export type PathId = string;

export type Payee = { name: CompanyName, account: string, bank: string, branch: BranchNumber, };

export type Payment = { "direction": "forward", account: MaskedText, branch: BranchNumber, bank: string, paid_at: Timestamp | null, tries_left: number, payments_left: number, passed: boolean, } | { "direction": "reverse", payee: Payee, amount: Fen, passed: boolean, };

export type PendingMatter = { id: RequestId, title: string, kind: MatterKind, 
/**
 * Whose it is.
 */
company: CompanyName, role: PersonRole, opened_at: Timestamp, };

export type PersonCheck = { "by": "id_card", validity: Validity, } | { "by": "bank_card", card: BankCard, code: CodeEntered, };

export type PersonEdit = { version: number, name: PersonName, document: Document | null, 
/**
 * ID cards have one.
 */
validity: Validity | null, 
/**
 * Of a legal representative only.
 */
country: Country | null, };

export type PersonName = string;

export type PersonRecord = { name: PersonName, document: MaskedDocument | null, validity: Validity | null, country: Country | null, };

export type PersonRole = "legal_representative" | "shareholder" | "promoter" | "director" | "supervisor" | "manager" | "partner" | "managing_partner_delegate" | "investor" | "agent" | "liaison";

export type PhoneNumber = string;

export type PhoneSystem = "android" | "ios";

export type PinState = { "kind": "unknown" } | { "kind": "ready", tries_left: number, } | { "kind": "last_try" } | { "kind": "locked" };

export type Platform = { id: PlatformId, name: string, english: string, 
/**
 * One character that stands for it where a picture would.
 */
mark: string, 
/**
 * Where the platform answers what is often asked.
 */
help: WebAddress | null, 
/**
 * Banks whose cards the platform recommends: their words are with the user interface.
 */
banks: Array<string>, 
/**
 * Who must certify, by the kind of company.
 */
who: Array<Who>, path: Array<Path>, step: Array<StepRule>, };

export type PlatformId = string;

export type PlatformState = { platform: PlatformId, 
/**
 * The newest that counts, for each subject that has one; a matter's do not count for the next.
 */
certified: Array<ProcedureReceipt>, 
/**
 * Newest first.
 */
open: Array<OpenProcedure>, };

export type Platforms = { platforms: Array<Platform>, states: Array<PlatformState>, };

export type PreferencesSet = { 
/**
 * `Some(None)`: of no region any more.
 */
region?: Region | null, notifications?: NotificationsSet, };

export type Procedure = { id: RequestId, platform: PlatformId, path: PathId, 
/**
 * Changes with whatever is shown here.
 */
version: number, opened_at: Timestamp, 
/**
 * When it is closed if nobody goes on.
 */
expires_at: Timestamp, 
/**
 * In the order of the way, as far as it is known.
 */
steps: Array<StepState>, stage: Stage, 
/**
 * What was met last, elsewhere: on the phone, at the review desk.
 */
refused: Refusal | null, };

export type ProcedureReceipt = { 
/**
 * For example `NINGBO-2026-000017`.
 */
number: string, platform: PlatformId, path: PathId, subject: Subject, 
/**
 * The person's name, the company's, or the matter's title.
 */
name: string, 
/**
 * Of a person's ID card, or the company's number.
 */
document: MaskedText | null, accepted_at: Timestamp, 
/**
 * The ways that were chosen.
 */
ways: Array<WayId>, };

export type Profile = { account: AccountName, company: CompanyIdentity, 
/**
 * As of sign-in: a certification passed since then shows after the next one.
 */
level: SecurityLevel, methods: Array<MethodState>, 
/**
 * A certification has passed in this session: sign in again for it to take effect.
 */
sign_in_again: boolean, role: Role, 
/**
 * What the account may do; an administrator has all.
 */
rights: Array<Right>, 
/**
 * Of the session, if it is not used before.
 */
idle_ends_at: Timestamp, };

export type Purpose = "login" | "certify_ic_card" | "certify_bank_ukey" | "change_enterprise_data" | "confirm_document";

export type Qr = { rows: Array<string>, };

export type Reader = { name: string, 
/**
 * The library that tells of it; `None` for a card reader.
 */
library: LibraryPath | null, state: ReaderState, };

export type ReaderState = { "kind": "empty" } | { "kind": "reading" } | { "kind": "unusable", fault: Fault, } | { "kind": "token", token: TokenInfo, };

export type Receipt = { 
/**
 * For example `SW-2026-000017`.
 */
number: string, accepted_at: Timestamp, level_before: SecurityLevel, level_after: SecurityLevel, method: Method, 
/**
 * Whose UKey it was.
 */
bank: BankMark | null, };

export type Refusal = "cert_expired" | "cert_revoked" | "cert_untrusted" | "cert_other_enterprise" | "signature_invalid" | "challenge_expired" | "challenge_reused" | "card_already_bound" | "id_duplicate" | "enterprise_not_found" | "legal_person_mismatch" | "validity_mismatch" | "sms_wrong" | "sms_too_many" | "sms_expired" | "enterprise_mismatch" | "too_many_changes" | "not_in_ctid" | "bank_card_mismatch" | "name_taken" | "contact_taken" | "phone_mismatch" | "face_mismatch" | "picture_quality" | "picture_side" | "picture_unreadable" | "picture_mismatch" | "liveness_failed" | "holder_mismatch" | "amount_wrong" | "amount_too_many" | "account_mismatch" | "letter_refused" | "ticket_expired" | "ticket_used" | "phone_cancelled" | "person_unknown" | "matter_mismatch" | "duties_missing" | "identity_mismatch";

export type Region = string;

export type Register = "company" | "ctid" | "bank" | "sms" | "population" | "phone" | "payments";

export type Remedy = "retry" | "another_way" | "stop";

export type RequestId = string;

export type Right = "certify" | "edit_company";

export type Role = "personal" | "operator" | "administrator";

export type SavedProof = { path: string, };

export type Scanner = "alipay" | "any_scanner" | "own_app" | "legal_representative";

export type SealedPin = { point: string, nonce: string, ciphertext: string, };

export type SecurityLevel = "low" | "medium" | "high";

export type Sending = { procedure: RequestId, slot: Slot, 
/**
 * Bytes.
 */
sent: number, 
/**
 * 0 while it is being made fit.
 */
size: number, };

export type SessionView = { origin: Origin, 
/**
 * Its `idle_ends_at` is by this machine's clock.
 */
profile: Profile, 
/**
 * In the keyring of the operating system; otherwise it ends with this program.
 */
kept: boolean, };

export type Slot = "id_front" | "id_back" | "letter" | "face";

export type SlotState = { slot: Slot, 
/**
 * Bytes that have arrived, and all; `None` before the first.
 */
upload: Upload | null, 
/**
 * It is whole and usable.
 */
kept: boolean, };

export type Snapshot = { 
/**
 * The card service's fault if it does not run; then no reader is one of its.
 */
service: Fault | null, readers: Array<Reader>, };

export type Stage = { "kind": "form", fields: Array<FieldEntry>, notices: Array<NoticeId>, } | { "kind": "choose", ways: Array<WayId>, 
/**
 * Taken unless another is.
 */
default: WayId | null, } | { "kind": "code", to: MaskedText | null, sent: CodeSent | null, notices: Array<NoticeId>, } | { "kind": "scan", by: Scanner, ticket: TicketState | null, sms: boolean, 
/**
 * Where the app that reads the ticket is had.
 */
downloads: Array<Download>, } | { "kind": "pictures", slots: Array<SlotState>, } | { "kind": "transfer", payment: Payment, letter: LetterState, } | { "kind": "people", matter: Matter, people: Array<Participant>, roles: Array<PersonRole>, documents: Array<DocumentKind>, can_submit: boolean, } | { "kind": "face", actions: Array<FaceAction>, picture: SlotState | null, } | { "kind": "confirm", facts: Array<Fact>, notices: Array<NoticeId>, photo: string | null, again: boolean, } | { "kind": "pending", matters: Array<PendingMatter>, } | { "kind": "signature", facts: Array<Fact>, } | { "kind": "done", receipt: ProcedureReceipt, } | { "kind": "closed", reason: Closed, };

export type StatementView = { text: string, audience: Origin, 
/**
 * While the user reads: by this machine's clock. The text names the portal's.
 */
expires_at: Timestamp, request_id: string, };

export type Step = "signing" | "submitting";

export type StepAnswer = { "kind": "form", values: Values, agreed: Array<NoticeId>, } | { "kind": "way", way: WayId, } | { "kind": "code", id: RequestId, code: VerificationCode, agreed: Array<NoticeId>, } | { "kind": "pictures" } | { "kind": "amount", amount: Fen, } | { "kind": "new_payment" } | { "kind": "add_person", person: NewParticipant, } | { "kind": "remove_person", id: RequestId, } | { "kind": "submit" } | { "kind": "face", actions: Array<FaceAction>, } | { "kind": "confirm", agreed: Array<NoticeId>, } | { "kind": "again" } | { "kind": "pending", matter: RequestId, } | { "kind": "signature", strokes: Array<Array<[number, number]>>, } | { "kind": "return", to: StepId, };

export type StepId = string;

export type StepMark = "passed" | "now" | "ahead";

export type StepRule = { id: StepId, 
/**
 * Passed over where this does not hold.
 */
when: When | null, 
/**
 * `None`: the path ends here. A [`Rule::Choose`] has its ways instead.
 */
next: StepId | null, } & ({ "kind": "form", fields: Array<FieldRule>, notices: Array<NoticeId>, check: Array<Check>, } | { "kind": "choose", ways: Array<Way>, 
/**
 * Taken unless another is: the platform's own word, which weighs more than advice.
 */
default: WayId | null, } | { "kind": "code", to: CodeTo, notices: Array<NoticeId>, 
/**
 * Whoever is certified already, with the same data, is told so and goes no further.
 */
status: boolean, } | { "kind": "scan", by: Scanner, run: PathId, 
/**
 * How long a ticket lives.
 */
seconds: number, 
/**
 * The link may be sent by SMS as well.
 */
sms: boolean, 
/**
 * What the app is made for; where it is had is told by the portal, for it differs from one deployment to the
 * next.
 */
systems: Array<PhoneSystem>, } | { "kind": "pictures", slots: Array<Slot>, } | { "kind": "transfer", direction: Direction, } | { "kind": "people", sign: PathId, certify: PathId, 
/**
 * How long a ticket lives.
 */
seconds: number, roles: Array<PersonRole>, 
/**
 * What the certification takes.
 */
documents: Array<DocumentKind>, } | { "kind": "face", actions: number, } | { "kind": "confirm", shows: Array<Field>, notices: Array<NoticeId>, 
/**
 * With the picture of the face.
 */
photo: boolean, again: StepId | null, } | { "kind": "pending", days: number, } | { "kind": "signature" });

export type StepState = { step: StepId, state: StepMark, 
/**
 * An earlier choice that may be made anew.
 */
may_return: boolean, };

export type Subject = "person" | "company" | "matter" | "phone";

export type TicketState = { expires_at: Timestamp, 
/**
 * A phone has opened it.
 */
opened: boolean, 
/**
 * Where it was sent.
 */
sms_to: MaskedText | null, };

export type TicketView = { address: string, qr: Qr, 
/**
 * By this machine's clock.
 */
expires_at: Timestamp, };

export type Timestamp = string;

export type Timings = { card: number, portal: number, };

export type TokenId = string;

export type TokenInfo = { id: TokenId, 
/**
 * Reader or device name.
 */
reader: string, 
/**
 * What the token calls itself.
 */
label: string, application: Application, kind: CardKind, 
/**
 * Through which vendor's library it is reached; `None` over PC/SC.
 */
library: LibraryPath | null, 
/**
 * The PIN is typed on the device itself and never seen here.
 */
pin_pad: boolean, 
/**
 * Its certificates with a key, in the token's order. Nothing is chosen among them for the user.
 */
identities: Array<Identity>, };

export type UnifiedSocialCreditCode = string;

export type Upload = { id: RequestId, offset: number, size: number, };

export type ValidUntil = string;

export type Validity = { from: CalendarDate, until: ValidUntil, };

export type Values = { [key in "name" | "document_kind" | "document_number" | "id_number" | "phone" | "bank_card" | "valid_from" | "valid_until" | "face_by" | "company_name" | "company_number" | "legal_name" | "legal_id_number" | "legal_phone" | "account_number" | "branch" | "matter_kind" | "matter_title" | "role"]?: string };

export type VerificationCode = string;

export type Verified = { rows: number, };

export type View = { 
/**
 * Of this program.
 */
version: string, 
/**
 * The address offered at sign-in: the one that was signed in at last.
 */
portal: Origin | null, 
/**
 * Where a sandbox on this computer would listen: it is asked for a captcha before it is offered.
 */
sandbox: Origin, tokens: Snapshot, banks: Array<Bank>, 
/**
 * As of the last look.
 */
libraries: Array<Library>, 
/**
 * Against the user's own rows of banks and libraries: file, line, reason.
 */
catalogue_faults: Array<Fault>, session: SessionView | null, flow: FlowView, 
/**
 * What `flow` is about; `None` while it is idle.
 */
certifying: Means | null, 
/**
 * Pictures and files on their way to the portal.
 */
sending: Array<Sending>, 
/**
 * To which the page seals a PIN: SEC1 point, base64url.
 */
sealing_key: string, };

export type Way = { way: WayId, next: StepId, };

export type WayId = string;

export type WebAddress = string;

export type When = { field: Field, is: Array<string>, } | { missing: Field, };

export type Who = { company: CompanyKind, roles: Array<PersonRole>, };

export interface Commands {
  view: { args: Record<string, never>; answer: View };
  sign_in: { args: { portal: string; account: string; password: Password; captcha: CaptchaAnswer }; answer: View };
  captcha: { args: { portal: string; kind: CaptchaKind }; answer: Captcha };
  begin_card_sign_in: { args: { portal: string; token: TokenId; key: KeyRef }; answer: View };
  sign_out: { args: Record<string, never>; answer: View };
  sign_out_everywhere: { args: Record<string, never>; answer: View };
  begin: { args: { means: Means; token: TokenId; key: KeyRef }; answer: View };
  sign: { args: { pin: SealedPin | null; last_try: boolean }; answer: View };
  resubmit: { args: Record<string, never>; answer: View };
  cancel: { args: Record<string, never>; answer: View };
  dismiss: { args: Record<string, never>; answer: View };
  save_proof: { args: Record<string, never>; answer: SavedProof };
  card_pin: { args: { token: TokenId; key: KeyRef }; answer: PinState };
  change_card_pin: { args: { token: TokenId; key: KeyRef; old: SealedPin; new: SealedPin; last_try: boolean }; answer: View };
  visit_bank: { args: { bank: BankId }; answer: View };
  await_bank: { args: Record<string, never>; answer: View };
  libraries: { args: Record<string, never>; answer: View };
  inspect_library: { args: { path: string }; answer: Library };
  approve_library: { args: { path: LibraryPath; sha256: string }; answer: View };
  withdraw_library: { args: { path: LibraryPath }; answer: View };
  company: { args: Record<string, never>; answer: CompanyRecord };
  edit_company: { args: { edit: CompanyEdit }; answer: CompanyRecord };
  edit_legal_representative: { args: { edit: PersonEdit }; answer: CompanyRecord };
  operators: { args: Record<string, never>; answer: Array<Operator> };
  add_operator: { args: { operator: NewOperator }; answer: Array<Operator> | null };
  set_operator: { args: { account: AccountName; set: OperatorSet }; answer: Array<Operator> | null };
  ask_upgrade: { args: Record<string, never>; answer: View };
  decide_upgrade: { args: { account: AccountName; accept: boolean }; answer: Array<Operator> | null };
  cards: { args: Record<string, never>; answer: Array<BoundCard> };
  unbind_card: { args: { id: RequestId }; answer: Array<BoundCard> | null };
  account: { args: Record<string, never>; answer: AccountRecord };
  edit_holder: { args: { edit: PersonEdit }; answer: AccountRecord };
  change_password: { args: { old: Password; new: Password }; answer: View };
  send_code: { args: { to: CodeTarget }; answer: CodeSent };
  confirm_code: { args: { code: CodeEntered }; answer: AccountRecord };
  set_preferences: { args: { set: PreferencesSet }; answer: AccountRecord };
  certifications: { args: Record<string, never>; answer: Array<Certification> };
  legal: { args: Record<string, never>; answer: LegalCertification | null };
  begin_legal: { args: Record<string, never>; answer: LegalCertification };
  legal_company: { args: { given: LegalCompany }; answer: LegalCertification };
  legal_code: { args: { card: BankCard }; answer: CodeSent };
  legal_person: { args: { check: PersonCheck }; answer: LegalCertification };
  legal_holder: { args: { given: LegalHolder }; answer: LegalCertification };
  leave_legal: { args: Record<string, never>; answer: View };
  platforms: { args: Record<string, never>; answer: Platforms };
  open_procedure: { args: { platform: PlatformId; path: PathId }; answer: Procedure };
  procedure: { args: { id: RequestId }; answer: Procedure };
  await_procedure: { args: { id: RequestId; version: number }; answer: Procedure };
  answer_step: { args: { id: RequestId; version: number; step: StepId; answer: StepAnswer }; answer: Procedure };
  send_step_code: { args: { id: RequestId }; answer: CodeSent };
  open_ticket: { args: { id: RequestId; asked: AskTicket }; answer: TicketView };
  draw_code: { args: { address: WebAddress }; answer: Qr };
  offers: { args: Record<string, never>; answer: Array<Offer> };
  send_file: { args: { id: RequestId; slot: Slot; content: FileContent }; answer: Procedure };
  cancel_sending: { args: { id: RequestId; slot: Slot }; answer: View };
  save_letter: { args: { id: RequestId }; answer: SavedProof };
  branches: { args: { find: string }; answer: Array<Branch> };
  leave_procedure: { args: { id: RequestId }; answer: View };
  journal: { args: { before: number | null; limit: number }; answer: Array<JournalRow> };
  verify_journal: { args: Record<string, never>; answer: Verified };
}

/** Bytes of a file. */
export const LARGEST_PICKED = 20971520;

/** Bytes of a file. */
export const LARGEST_SENT = 10485760;
