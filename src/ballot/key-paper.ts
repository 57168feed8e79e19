// What people typed or scanned as papers, read against the holders of this survey: which paper it is, or what is wrong with
// it, one sentence each. Pure but for the curve. confidentiality.md §7.
import type { KeyHolder } from './key-holder.queries.ts'
import { publicKeyOfPaper } from './key-share.ts'
import { paperWords, papersIn, readWords, type WordsRead } from './key-words.ts'

export interface Paper {
  holder: KeyHolder
  secret: Buffer
}

/** `place` counts the fields from 1. */
export interface PaperSlip {
  place: number
  text: string
}

/** What views/partials/paper-field.ejs draws; the id is also the field's name. */
export interface PaperField {
  id: string
  label: string
  hint: string
  value: string
  error: string | null
}

/** The number is the one that sentences about slips name: "ô 1". */
export function paperLabel(place: number): string {
  return `Ô ${place}: phần khóa của người thứ ${['nhất', 'hai', 'ba'][place - 1] ?? place}`
}

export const paperHint = `Gõ lần lượt ${paperWords} từ trên tờ giấy, cách nhau một dấu cách; hoặc đặt con trỏ vào ô rồi quét mã QR bằng máy quét.`

export type PapersRead = { ok: true; papers: Paper[] } | { ok: false; slips: PaperSlip[] }

/**
 * Reads `needed` papers of different holders. A scanner may send several into one field; more papers than needed are read
 * as well, and the first ones are taken.
 */
export function readPapers(
  survey: { id: string; title: string },
  holders: readonly KeyHolder[],
  fields: readonly string[],
  needed: number,
): PapersRead {
  const texts = fields.flatMap((field, at) => papersIn(field).map((text) => ({ text, place: at + 1 })))
  const given = texts.filter(({ text }) => text.trim() !== '')
  const papers: (Paper & { place: number })[] = []
  const slips: PaperSlip[] = []
  for (const { text, place } of given) {
    const read = readWords(text)
    if (!read.ok) {
      slips.push({ place, text: slipSentence(read) })
      continue
    }
    const publicKey = publicKeyOfPaper(survey.id, read.secret)
    const holder = holders.find((each) => each.publicKey === publicKey)
    const twin = papers.find((each) => each.holder === holder)
    if (!holder) slips.push({ place, text: foreignSentence(survey, holders) })
    else if (twin) slips.push({ place, text: repeatedSentence(holder, twin.place) })
    else papers.push({ holder, secret: read.secret, place })
  }
  if (slips.length === 0 && papers.length < needed) {
    const empty = fields.findIndex((field) => field.trim() === '') + 1
    const missing = needed - papers.length
    const text =
      needed === 1
        ? 'Hãy nhập phần khóa.'
        : `Còn thiếu ${missing} phần khóa. Cần ${needed} phần khóa của ${needed} người.`
    slips.push({ place: empty === 0 ? fields.length + 1 : empty, text })
  }
  return slips.length > 0 ? { ok: false, slips } : { ok: true, papers: papers.slice(0, needed) }
}

function slipSentence(slip: Exclude<WordsRead, { ok: true }>): string {
  switch (slip.slip) {
    case 'empty':
      return 'Hãy nhập phần khóa.'
    case 'word': {
      const near = slip.near.map((word) => `“${word}”`).join(' hoặc ')
      const hint = near === '' ? 'Hãy so lại với tờ giấy.' : `Có phải là ${near}?`
      return `Từ thứ ${slip.place} “${slip.word}” không có trong danh mục từ của phần khóa. ${hint}`
    }
    case 'count':
      return `Mỗi phần khóa có ${paperWords} từ, ở đây có ${slip.count} từ. Hãy so lại với tờ giấy.`
    case 'check':
      return 'Có từ bị nhầm hoặc hai từ bị đảo chỗ: từ kiểm tra không khớp. Hãy so lại từng từ với tờ giấy.'
  }
}

function foreignSentence({ title }: { title: string }, holders: readonly KeyHolder[]): string {
  const [only] = holders.length === 1 ? holders : []
  return only
    ? `Đây không phải phần khóa ${only.position} của “${title}” do ${only.name} giữ, hoặc là tờ cũ đã được thay. Hãy lấy đúng tờ giấy.`
    : `Phần khóa này không thuộc “${title}”, hoặc là tờ cũ đã được thay. Hãy lấy đúng tờ giấy.`
}

function repeatedSentence({ name, position }: KeyHolder, place: number): string {
  return `Phần khóa ${position} của ${name} đã nhập ở ô ${place}. Hãy nhập phần khóa của người khác.`
}
