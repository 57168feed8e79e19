// Turns a finished set of answers into a sealed ballot, and back at the opening. README, "The road", stops 3
// and 4. All sealed ballots of one survey have one length, and all that could tell them apart is inside the
// seal.
import { z } from 'zod'
import {
  blankSymbol,
  itemsOf,
  optionOfSymbol,
  optionSymbol,
  type Item,
  type Questionnaire,
} from '../survey/questionnaire.ts'
import { codeText } from '../survey/text.ts'
import { open, seal, SealBroken } from './seal.ts'

const longestId = 36
const longestCode = 20
const fewestForStraightLine = 10

/**
 * What one person handed in. `answers` holds one symbol per item of that version of the questionnaire.
 * Strict, so that nothing else (a code, a time, a device) can slip into a ballot unnoticed.
 */
export const Ballot = z.strictObject({
  format: z.literal('ballot/1'),
  stratum: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .max(longestId),
  questionnaire: codeText,
  version: z.int().positive(),
  mode: z.literal('web'),
  answers: z.string().regex(/^[0-9-]+$/),
  flags: z.strictObject({ straightLine: z.boolean() }),
})
export type Ballot = z.infer<typeof Ballot>

/** True when at least 10 items are answered and all answers are the same symbol; blanks do not count. */
export function isStraightLine(answers: string): boolean {
  const given = [...answers].filter((symbol) => symbol !== blankSymbol)
  return given.length >= fewestForStraightLine && given.every((symbol) => symbol === given[0])
}

/** Whether there is one symbol per item, each a blank or one of its item's options: what our own pages send. */
export function answersFit(items: readonly Item[], answers: string): boolean {
  const fits = (item: Item, symbol: string | undefined) =>
    symbol !== undefined && (symbol === blankSymbol || optionOfSymbol(item, symbol) !== undefined)
  return answers.length === items.length && items.every((item, i) => fits(item, answers[i]))
}

/**
 * Bytes of every padded ballot of a survey: the longest possible ballot of its largest questionnaire, rounded
 * up to a multiple of 64. Fixed when collecting starts. Throws on a survey without questionnaires.
 */
export function ballotSize(questionnaires: readonly Questionnaire[]): number {
  if (questionnaires.length === 0) throw new Error('a survey without questionnaires has no ballot size')
  const mostItems = Math.max(...questionnaires.map((questionnaire) => itemsOf(questionnaire).length))
  const longest: Ballot = {
    format: 'ballot/1',
    stratum: 'x'.repeat(longestId),
    questionnaire: 'x'.repeat(longestCode),
    version: Number.MAX_SAFE_INTEGER,
    mode: 'web',
    answers: optionSymbol(0).repeat(mostItems),
    flags: { straightLine: false },
  }
  return Math.ceil((lengthBytes + Buffer.byteLength(JSON.stringify(longest))) / 64) * 64
}

/**
 * A ballot for the box: base64url of `size` + 48 bytes, whatever is inside. `size` is the survey's
 * `ballotSize`. Throws when the ballot is none or does not fit: both are ours to prevent, not the
 * respondent's.
 */
export function sealBallot(
  survey: { surveyId: string; publicKey: string; size: number },
  ballot: Ballot,
): string {
  const text = Buffer.from(JSON.stringify(Ballot.parse(ballot)), 'utf8')
  return seal(survey.publicKey, purposeOf(survey.surveyId), noAad, pad(text, survey.size)).toString(
    'base64url',
  )
}

/**
 * Reads a ballot of the box. Not ok means damaged or not one of this survey's ("hỏng"): altered, cut, sealed
 * to another key or survey, or holding no ballot. Throws only when `privateKey` is not 32 bytes.
 */
export function openBallot(
  survey: { surveyId: string; privateKey: Buffer },
  sealed: string,
): { ok: true; ballot: Ballot } | { ok: false } {
  const bytes = Buffer.from(sealed, 'base64url')
  // Decoding skips what is not base64url; a row of the box that we did not write like that was altered.
  if (bytes.toString('base64url') !== sealed) return { ok: false }

  const text = unpad(openOrUndefined(survey.privateKey, purposeOf(survey.surveyId), bytes))
  const ballot = Ballot.safeParse(jsonOrUndefined(text))
  return ballot.success ? { ok: true, ballot: ballot.data } : { ok: false }
}

const noAad = Buffer.alloc(0)

/** Binds a ballot to its survey: under another survey's name it does not open. */
function purposeOf(surveyId: string): Buffer {
  return Buffer.from(`survey-ballot/1:${surveyId}`, 'utf8')
}

const lengthBytes = 4

/** Length (32 bits, big-endian) | text | zeros, `size` bytes in all. */
function pad(text: Buffer, size: number): Buffer {
  if (lengthBytes + text.length > size) {
    throw new Error(`a ballot of ${text.length} bytes does not fit into ${size}`)
  }
  const padded = Buffer.alloc(size)
  padded.writeUInt32BE(text.length)
  text.copy(padded, lengthBytes)
  return padded
}

function unpad(padded: Buffer | undefined): Buffer | undefined {
  if (!padded || padded.length < lengthBytes) return undefined
  const end = lengthBytes + padded.readUInt32BE()
  if (end > padded.length || padded.subarray(end).some((byte) => byte !== 0)) return undefined
  return padded.subarray(lengthBytes, end)
}

function openOrUndefined(privateKey: Buffer, info: Buffer, sealed: Buffer): Buffer | undefined {
  try {
    return open(privateKey, info, noAad, sealed)
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

// Whoever has the public key, that is anyone on the server, can seal any bytes: what comes out is not trusted
// yet.
function jsonOrUndefined(text: Buffer | undefined): unknown {
  try {
    return text && JSON.parse(text.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
