// The map of what is stored. Read it as the list of all that the system knows: no name, address or time of a
// respondent stands in any table, and nothing joins an access code to a ballot.
import type { ColumnType, Generated } from 'kysely'

export type SurveyState = 'draft' | 'cards' | 'collecting' | 'closed' | 'opened' | 'released'
/** A code is issued, then opened (typed or scanned), then used; or void. No time stands beside it. */
export type CodeState = 'issued' | 'opened' | 'used' | 'void'
export type CodeKind = 'main' | 'reserve'
/** Chạy thử (staff, test codes, leaves nothing behind) or Điều tra thử (a real unit or two, never merged). */
export type RehearsalKind = 'run' | 'pilot'
/** How a unit's codes reach people. */
export type Delivery = 'cards' | 'links'
/** A merged unit has figures of its own, or its ballots count with its successor's. */
export type MergeCounts = 'own' | 'successor'
export type ImportCodeKind = 'criterion' | 'unit'
export type BatchState = 'issuing' | 'unprinted' | 'printed'
export type JobState = 'queued' | 'running' | 'done' | 'failed'
/** What a link for setting a password is for. */
export type LinkKind = 'activation' | 'reset'
/** Steps of the opening, in order; each can be resumed after a kill. */
export type OpeningStep = 'reconcile' | 'check' | 'move' | 'rewrite' | 'destroy-key' | 'done'

interface SurveyTable {
  id: string
  slug: string
  title: string
  year: number
  state: SurveyState
  organiser: string
  plan_number: string
  /** ISO day or empty: the plan's own date. */
  plan_date: string
  plan_title: string
  contact_office: string
  contact_phone: string
  /** 1 = "Bộ mẫu minh họa", shown wherever the survey is. */
  illustrative: number
  /** 1 once codes were issued for a rehearsal; such results are marked everywhere. */
  rehearsal: number
  settings: string
  /** base64url of the X25519 public key; null until collecting starts. */
  public_key: string | null
  /** Bytes of every padded ballot; null until collecting starts. */
  ballot_size: number | null
  created_on: string
  opened_on: string | null
  /** Day on which a test ballot was opened with the key holders' papers; null before. */
  custody_rehearsed_on: string | null
  /** Moments in UTC (ISO) at which the survey starts and closes by itself; null where nobody has set one. */
  opens_at: string | null
  closes_at: string | null
  /** Day on which a test card was opened at the public address; null before. */
  test_card_seen_on: string | null
  /** The address (scheme and host) by which it came; on a card with another address it proves nothing. */
  test_card_address: string | null
  /** Id of the survey that this one rehearses; null for one that rehearses none. */
  rehearsal_of: string | null
  rehearsal_kind: RehearsalKind | null
  /** Day on which a rehearsal of this survey last came to its end; null before. */
  rehearsed_on: string | null
  /** Day for which the announcement is planned, and day on which it was made; null = none. */
  announce_on: string | null
  announced_on: string | null
  /** How many months after the opening the ballots are kept; fixed when collecting starts. */
  keep_months: ColumnType<number, number | undefined, number>
  /** Day on which the ballots become sums; null before the opening, and where nobody has set one. */
  destroy_on: string | null
}

interface SurveyLevelTable {
  survey_id: string
  code: string
  name: string
  position: number
  surveyed: number
  /** Another closing moment than the survey's (ISO, UTC); null = the survey's. */
  closes_at: string | null
}

interface UnitTable {
  id: string
  survey_id: string
  code: string
  /** As every page and file shows it: the plan's, or after a renaming both names with the day (survey/unit-change.ts). */
  name: string
  short_name: string
  level: string
  block: string
  parent: string | null
  position: number
  /** Ballots from a device that had sent one of this survey before; no device is kept. */
  same_device: ColumnType<number, number | undefined, number>
  /** Another closing moment than its level's (ISO, UTC); null = the level's. */
  closes_at: string | null
  /** A new name and its day: the cards of the old name stay valid. */
  renamed_to: string | null
  renamed_on: string | null
  /** As the plan names it. */
  plan_name: ColumnType<string, string | undefined, string>
  plan_short_name: ColumnType<string, string | undefined, string>
  /** Code of the unit that it was merged into, since when, and where its ballots count; null = not decided yet. */
  merged_into: string | null
  merged_on: string | null
  merge_counts: MergeCounts | null
  delivery: ColumnType<Delivery, Delivery | undefined, Delivery>
}

interface RespondentGroupTable {
  survey_id: string
  level: string
  code: string
  name: string
  questionnaire: string
  position: number
}

/** One unit x one group, with the only counters that exist while the ballots are sealed. */
interface StratumTable {
  id: string
  survey_id: string
  unit_id: string
  group_code: string
  /** In force: what the plan said, or less by a decision. */
  quota: number
  /** What the plan said. */
  plan_quota: ColumnType<number, number | undefined, number>
  reserve_quota: number
  /** Most ballots this stratum takes; starts as the quota. */
  cap: number
  issued: number
  reserve: number
  opened: number
  returned: number
  /** Valid cards turned away because the stratum was full; each card once, and once more for a raise that another took. */
  refused_full: number
  /** Counted by the focal point: cards that came, cards that were handed out. */
  cards_received: ColumnType<number, number | undefined, number>
  cards_handed_out: ColumnType<number, number | undefined, number>
  /** Reserve cards that were given out in place of one that is gone. */
  replaced: ColumnType<number, number | undefined, number>
  /** Cards of `issued` and `reserve` that were made void; the others are in circulation. */
  voided: ColumnType<number, number | undefined, number>
  /** Of those: reserves that were made void before anybody was given them. */
  reserve_voided: ColumnType<number, number | undefined, number>
  /** Decisions that raised the cap by one. */
  cap_raised: ColumnType<number, number | undefined, number>
}

interface QuestionnaireTable {
  survey_id: string
  code: string
  version: number
  definition: string
}

interface CriteriaSetTable {
  survey_id: string
  level: string
  definition: string
}

interface CodeBatchTable {
  id: string
  survey_id: string
  state: BatchState
  rehearsal: number
  issued_on: string
}

/** The plain codes of one stratum of a batch, encrypted; erased when the batch is printed. */
interface CodeBatchPartTable {
  batch_id: string
  stratum_id: string
  sealed: string
}

interface AccessCodeTable {
  hash: string
  survey_id: string
  stratum_id: string
  kind: CodeKind
  state: CodeState
  /** 1 once it was turned away because its stratum was full, so that it is counted once. */
  refused: ColumnType<number, number | undefined, number>
}

/** Keyed hash of a card that only shows whether the printed address works; it opens no questionnaire. */
interface TestCardTable {
  hash: string
  survey_id: string
}

/** How the people of a stratum were chosen: enough to draw the sample again from the same list; no name. */
interface SampleTable {
  stratum_id: string
  survey_id: string
  /** N: people in the group. */
  population: number
  /** How many of them were drawn to answer, and how many as reserves. */
  quota: number
  reserve: number
  seed: string
  /** SHA-256 of the uploaded list; null where only N was given. */
  file_hash: string | null
  drawn_on: string
}

/** What was decided in the weeks of collection, in the order of deciding; '' where it is about no unit or group. */
interface DecisionTable {
  survey_id: string
  /** 1, 2, 3 … within the survey. */
  position: number
  kind: string
  level_code: string
  unit_code: string
  group_code: string
  words: string
  reason: string
  made_on: string
  made_by: string
}

/** Ballots of a stratum that came on a day: the finest time that is kept of them. */
interface ReturnDayTable {
  survey_id: string
  stratum_id: string
  /** ISO day in Việt Nam; '' for what came before days were counted. */
  day: string
  returned: number
}

/** Phúc tra: people of a unit's signing list who were asked whether they got the card and answered themselves. */
interface RecheckTable {
  survey_id: string
  unit_code: string
  asked: number
  /** Draws the lines of the list; null once the counts are written down: then nobody can tell who was asked. */
  seed: string | null
  yes: number
  no: number
  unreached: number
  drawn_on: string
  recorded_on: string | null
}

interface SealedBallotTable {
  survey_id: string
  id: string
  sealed: string
}

interface ReceiptTable {
  survey_id: string
  receipt: string
}

/** A ballot after the opening: one symbol per item (survey/questionnaire.ts). */
interface ResponseTable {
  survey_id: string
  id: string
  stratum_id: string
  questionnaire: string
  version: number
  answers: string
  straight_line: number
}

/** What is left of a survey's responses after their time: sums of answers per unit x group, one row. */
interface ResponseSumsTable {
  survey_id: string
  /** JSON (score/sums.ts). */
  content: string
  /** SHA-256 of the RFC 8785 form of the content. */
  hash: string
  /** Responses that were destroyed. */
  ballots: number
  /** JSON: what was derived again from the responses and agreed, before they were destroyed. */
  checked: string
  made_on: string
  /** Who pressed the button, in words for the minutes; the program where the day came by itself. */
  asked_by: string
  /** Day on which the bytes were overwritten as well; null until then. */
  erased_on: string | null
}

interface OpeningTable {
  survey_id: string
  step: OpeningStep
  ballots: number
  broken: number
  started_on: string
  /** Who opened, in words for the minutes. */
  opened_by: string
  /** Who else was there, one name a line, as they typed it. */
  present: ColumnType<string, string | undefined, string>
  /** SHA-256 of the sealed ballots in the order of their ids, before the first was opened. */
  ballots_hash: ColumnType<string, string | undefined, string>
  /** SHA-256 of the receipts in their order. */
  receipts_hash: ColumnType<string, string | undefined, string>
  /** Older copies of keys and store that were found beside, one a line: to be destroyed by hand. */
  old_copies: ColumnType<string, string | undefined, string>
  custody: ColumnType<string, string | undefined, string>
}

/** Who holds which share of a survey's key (ballot/key-share.ts). The secret itself is on the holder's paper alone. */
interface KeyHolderTable {
  survey_id: string
  /** 1 … n */
  position: number
  staff_id: string
  /** base64url; null until the holder has made their paper. */
  public_key: string | null
  /** The share sealed to `public_key`, base64url; null until collecting starts, and again after the opening. */
  sealed_share: string | null
  made_on: string | null
  /** Day on which the holder last proved to have the paper. */
  checked_on: string | null
  /** Who takes over, while that is under way. */
  next_staff_id: string | null
  next_public_key: string | null
}

/** A frozen release of the scores: what pages and files draw from. */
interface ScoreReleaseTable {
  survey_id: string
  /** 1, 2, 3 … within the survey. */
  version: number
  content: string
  /** What the audit of a later version must know of this one. */
  audit: string
  hash: string
  made_on: string
  /** Why a later version was made; '' for the first. */
  reason: string
  /** What the council is to look at and no release says (score/release.queries.ts). */
  notes: ColumnType<string, string | undefined, string>
}

/** By which code another program knows a criterion or a unit; ours where there is no row. */
interface ImportCodeTable {
  survey_id: string
  kind: ImportCodeKind
  level: string
  code: string
  import_code: string
}

interface JobTable {
  id: string
  kind: string
  survey_id: string
  state: JobState
  input: string
  /** What is being done now, as a sentence for people. */
  step: string
  done: number
  total: number
  /** A sentence for people when the job failed. */
  problem: string | null
  lease_owner: string | null
  /** Milliseconds since 1970; a running job whose lease has passed may be taken over. */
  lease_until: number
  attempts: number
  /** Millisecond of asking: jobs of a survey run in this order. */
  asked_at: number
}

interface JobFileTable {
  job_id: string
  name: string
  media_type: string
  content: string
}

interface IndexRunTable {
  id: string
  survey_id: string
  /** 1, 2, 3 … within the survey. */
  number: number
  input: string
  output: string
  hash: string
  computed_on: string
}

/** Where staff belong: the organiser, the units of the surveys, and whoever else sends somebody. */
interface AgencyTable {
  /** That of the unit where the agency is surveyed itself. */
  code: string
  name: string
}

/** Which role (staff/role.ts) a member of staff holds; survey_id '*' means all surveys. */
interface StaffRoleTable {
  staff_id: string
  role_code: string
  survey_id: string
}

/** Keyed hash of the one-time link that creates the first administrator; its key lets one row exist. */
interface SetupLinkTable {
  id: 1
  hash: string
}

// The tables of better-auth, with our names (migrations/0002-staff.ts). It writes and reads them itself; we only make
// accounts and forget sessions. Its dates are text on SQLite and timestamptz on PostgreSQL; both take ISO text.
type AuthDate = ColumnType<string | Date, string, string>

interface StaffTable {
  id: string
  name: string
  /** In lower case. */
  email: string
  email_verified: Generated<number | boolean>
  image: string | null
  created_at: AuthDate
  updated_at: AuthDate
  agency_code: string | null
  /** Day on which the account was put out of use; null while it is in use. */
  disabled_on: string | null
  /** When somebody else last made, changed or let in this account (ISO); '' = before this was noted. */
  altered_at: ColumnType<string, string | undefined, string>
}

interface StaffSessionTable {
  id: string
  expires_at: AuthDate
  token: string
  created_at: AuthDate
  updated_at: AuthDate
  ip_address: string | null
  user_agent: string | null
  staff_id: string
  /** 1 once this session has shown the second factor. */
  second_factor: ColumnType<number, number | undefined, number>
  /** When its person last proved to be there (ISO, by the program's clock). */
  fresh_at: string | null
}

/** The second factor: a TOTP secret, encrypted under the server secret. */
interface StaffTotpTable {
  staff_id: string
  secret: string
  /** Time step of the last code that was taken, so that none is taken twice. */
  last_step: number
}

/** Keyed hash of an unused recovery code. */
interface StaffRecoveryCodeTable {
  staff_id: string
  hash: string
}

/** A link that sets a password: its code is derived from the nonce, its keyed hash finds it again. */
interface StaffLinkTable {
  staff_id: string
  kind: LinkKind
  nonce: string
  hash: string
  /** ISO time. */
  expires_at: string
}

/** One line of the log of acts of staff; nothing of a respondent is an act. */
interface ActLogTable {
  /** 1, 2, 3 … without a gap. */
  position: number
  at: string
  /** null: the operator on the command line, or the program itself. */
  staff_id: string | null
  name: string
  agency: string
  kind: string
  /** Short name of the survey, '' where it is about none. */
  survey: string
  words: string
  /** Keyed hash over the line and the hash before it. */
  hash: string
}

interface ActLogHeadTable {
  id: 1
  position: number
  hash: string
}

/** An act that waits for a second person of another agency. */
interface ActRequestTable {
  survey_id: string
  act: string
  staff_id: string
  asked_at: string
}

/** Small facts about the installation, e.g. that the recovery sheet lies in a safe. */
interface SystemMarkTable {
  name: string
  value: string
}

/** How a member of staff proves who it is; today always a password (provider 'credential', argon2id). */
interface StaffAccountTable {
  id: string
  account_id: string
  provider_id: string
  staff_id: string
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: AuthDate | null
  refresh_token_expires_at: AuthDate | null
  scope: string | null
  password: string | null
  created_at: AuthDate
  updated_at: AuthDate
}

/** better-auth wants it; nothing is stored in it yet. */
interface StaffVerificationTable {
  id: string
  identifier: string
  value: string
  expires_at: AuthDate
  created_at: AuthDate
  updated_at: AuthDate
}

export interface Database {
  survey: SurveyTable
  survey_level: SurveyLevelTable
  unit: UnitTable
  respondent_group: RespondentGroupTable
  stratum: StratumTable
  questionnaire: QuestionnaireTable
  criteria_set: CriteriaSetTable
  code_batch: CodeBatchTable
  code_batch_part: CodeBatchPartTable
  access_code: AccessCodeTable
  test_card: TestCardTable
  sample: SampleTable
  decision: DecisionTable
  return_day: ReturnDayTable
  recheck: RecheckTable
  sealed_ballot: SealedBallotTable
  receipt: ReceiptTable
  response: ResponseTable
  response_sums: ResponseSumsTable
  opening: OpeningTable
  key_holder: KeyHolderTable
  job: JobTable
  job_file: JobFileTable
  score_release: ScoreReleaseTable
  import_code: ImportCodeTable
  index_run: IndexRunTable
  agency: AgencyTable
  staff_role: StaffRoleTable
  setup_link: SetupLinkTable
  staff: StaffTable
  staff_session: StaffSessionTable
  staff_account: StaffAccountTable
  staff_verification: StaffVerificationTable
  staff_totp: StaffTotpTable
  staff_recovery_code: StaffRecoveryCodeTable
  staff_link: StaffLinkTable
  act_log: ActLogTable
  act_log_head: ActLogHeadTable
  act_request: ActRequestTable
  system_mark: SystemMarkTable
}
