// Finds what is not Vietnamese, without a dictionary. A Vietnamese syllable is an onset, a rhyme and a tone out of small
// closed sets, so hardly any English word can pass for one; those that can are on a stop list.
import { NodeType, parse, type HTMLElement } from 'node-html-parser'

const onsets = 'b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x'.split(' ')

/** All rhymes without their tones; by what stands before them see `fits`. */
const rhymes = new Set(
  `a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
  e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
  i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
  o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot ooc oong
  ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
  u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ up ut uy uya uych uyên uyêt uyn uynh uyt uyu
  uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
  y yêm yên yêng yêt yêu yn ynh yt`.split(/\s+/),
)

const toneMarks = /[\u0300\u0301\u0303\u0309\u0323]/g

/** Whether a word can be a syllable of Vietnamese, with the tone that its end allows. */
export function isSyllable(word: string): boolean {
  const decomposed = word.toLowerCase().normalize('NFD')
  const tones = decomposed.match(toneMarks) ?? []
  const plain = decomposed.replace(toneMarks, '').normalize('NFC')
  if (tones.length > 1) return false
  // What ends in a stop has a rising or a heavy tone: "cách" is a word, "cach" and "cat" are none.
  if (/(c|ch|p|t)$/.test(plain) && !/[\u0301\u0323]/.test(tones.join(''))) return false
  return ['', ...onsets].some((onset) => plain.startsWith(onset) && fits(onset, plain.slice(onset.length)))
}

/** The rules of spelling: k, gh, ngh before e, ê, i, y and nowhere else; y alone behind a few letters. */
function fits(onset: string, rhyme: string): boolean {
  if (!rhymes.has(rhyme)) return false
  const bright = /^[eêiy]/.test(rhyme)
  if (['k', 'gh', 'ngh'].includes(onset)) return bright
  if (onset === 'c' || onset === 'ng') return !bright
  if (onset === 'g') return !bright || rhyme.startsWith('i')
  if (rhyme.startsWith('y'))
    return rhyme === 'y'
      ? ['', 'h', 'l', 'm', 's', 't', 'v', 'th', 'qu'].includes(onset)
      : ['', 'qu'].includes(onset)
  return true
}

/**
 * English words that could be syllables. What Vietnamese needs as well stays out: in (to print), to (big), do (because of), an
 * (safe), can, may, so, song, long, tin (news), nam.
 */
const stopList = new Set(
  `the no me be go hi he on nu them then than this me via run ran men hen pen den ten pin bin sin win him dim rim sum gum
  pay day lay bay ray my by boy toy thin chin gem hem sun gun fun nun bun pun pan tan van mom hum rum mum tong gong
  man nan`.split(/\s+/),
)

/** What is no Vietnamese and belongs into the pages all the same. */
const allowed = new Set(
  [
    // Names of products, formats and techniques, as officials know them.
    'Zalo Excel Word QR PDF SVG PNG CSV csv XLSX xlsx JSON UTF SHA MB KB https Ctrl Esc',
    'Google Microsoft Authenticator PostgreSQL',
    // Statistics, by the names that a methodologist knows.
    'Cronbach alpha',
    // Browsers and systems in the list of one's own sessions.
    'Firefox Chrome Safari Edge Windows Linux Android',
    // What an operator finds under this very name: settings, a folder, the page of instructions.
    'PUBLIC_URL DATABASE_URL SERVER_SECRET keys README',
    // Columns of the file of appraised points, as README documents it.
    'unit criterion points',
    // Abbreviations of Vietnamese words, as plans and units write them.
    'UBND CCHC KH QĐ BB VT STT SNV SYT LDP CC ĐTXHH',
    // Typed before an act that cannot be undone, without accents: PHAT MA, KET THUC, MO NIEM PHONG, HUY PHIEU.
    'PHAT KET THUC NIEM PHIEU',
  ].flatMap((line) => line.split(' ')),
)

/** Addresses, codes, figures: nobody reads them as words. */
const noWords = [
  /https?:\/\/\S+/g,
  /[\w.+-]+@[\w.-]+/g, // mail
  /\b[\w-]+(\.[\w-]+)*\.(vn|csv|xlsx|json)\b\S*/g, // host names, files
  /\b[2-9BCFGHJKMNPQRTVX]{4,5}([ -][2-9BCFGHJKMNPQRTVX]{4,5})+\b/g, // codes in groups
  /\b[a-z]+(-[a-z]+)*-\d+\b/g, // short names of surveys: binh-phuoc-2022
  /\b(?=\w*\d)\w+\b/g, // what holds a digit: hashes, receipts, U1, A4
]

/** The words of a text that are not Vietnamese, in their order. */
export function foreignWords(text: string): string[] {
  const words = noWords.reduce((left, pattern) => left.replace(pattern, ' '), text.normalize('NFC'))
  return words
    .split(/[^\p{L}\p{M}_]+/u)
    .filter((word) => word.length > 1 && !allowed.has(word))
    .filter((word) => stopList.has(word.toLowerCase()) || !isSyllable(word))
}

const attributes = [
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'alt',
  'placeholder',
  'title',
  'label',
]

/** All that a person reads or hears of a page: the text, and what stands in attributes and in the data of charts. */
export function textsOf(html: string): string[] {
  const root = parse(html)
  // Codes and secrets are no words, and neither is what a person has typed.
  const silent = 'script, style, template, .code, .secret, .hash, .paper__word b, .receipts li'
  for (const hidden of root.querySelectorAll(silent)) hidden.remove()
  for (const typed of root.querySelectorAll('textarea')) typed.set_content('')
  const elements = root.querySelectorAll('*')
  return [
    ...elements.flatMap((each) => [
      ...each.childNodes
        .filter((node) => node.nodeType === NodeType.TEXT_NODE)
        .map((node) => node.textContent),
      ...attributes.map((name) => each.getAttribute(name) ?? ''),
      ...(isSpokenMeta(each) ? [each.getAttribute('content') ?? ''] : []),
      ...stringsIn(each.getAttribute('data-chart')),
    ]),
  ].filter((text) => text.trim() !== '')
}

function isSpokenMeta(element: HTMLElement): boolean {
  const name = element.getAttribute('name') ?? element.getAttribute('property') ?? ''
  return element.tagName === 'META' && /description|title|site_name/.test(name)
}

/** The values of a chart's data; its keys are nobody's words. */
function stringsIn(json: string | undefined): string[] {
  const strings: string[] = []
  if (json !== undefined)
    JSON.parse(json, (_key, value: unknown) => {
      if (typeof value === 'string') strings.push(value)
      return value
    })
  return strings
}

/** Words that speak to people otherwise than "anh/chị", or that name a thing by another word than the product's own. */
const otherVoices: [RegExp, string][] = [
  [/các bạn|bạn|quý vị|quý ông|quý bà|quý anh|ông\/bà|ông bà|quý khách/, 'anh/chị'],
  [/bảng hỏi|phiếu khảo sát|phiếu điều tra/, 'phiếu, bộ câu hỏi'],
  [/mã phiếu|mật mã|mã số|mã thẻ/, 'mã truy cập, mã trên thẻ'],
  [/nộp phiếu|nộp bài|trả phiếu/, 'gửi phiếu'],
  [/biên nhận|mã nhận|biên lai/, 'mã xác nhận đã gửi phiếu'],
  [/hòm phiếu|thùng phiếu|mở phiếu kín/, 'niêm phong, mở niêm phong'],
  [/chỉ tiêu mẫu|ô mẫu/, 'số phiếu theo kế hoạch, nhóm'],
  [/điểm hài lòng/, 'điểm điều tra xã hội học'],
  [/ẩn danh/, 'không lưu thông tin nào cho biết ai đã trả lời phiếu nào'],
  [/mảnh khóa|mảnh khoá/, 'phần khóa'],
]

/** Spelling as in "Văn hóa": the tone of oa, oe, uy at the end of a word stands on the first vowel. */
const otherSpelling = /(?<!\p{L})(?!qu)\p{L}*(o[áàảãạéèẻẽẹ]|u[ýỳỷỹỵ])(?!\p{L})/giu

/** Words of a text that are Vietnamese, but not this product's; each with what to say instead. */
export function otherWords(text: string): string[] {
  const plain = text.normalize('NFC').toLowerCase()
  const voices = otherVoices.flatMap(([pattern, own]) => {
    const found = new RegExp(`(?<!\\p{L})(${pattern.source})(?!\\p{L})`, 'u').exec(plain)
    return found ? [`${found[0]} (say: ${own})`] : []
  })
  return [...voices, ...(plain.match(otherSpelling) ?? []).map((word) => `${word} (spelling)`)]
}
