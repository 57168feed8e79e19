// The page "Chọn mẫu" and the lists that are printed of a draw.
import { showCount, showDay } from '../lib/format.ts'
import { reasonMissing } from './decision.ts'
import { byGivenName, draw, fitTo, sampleKey, smallDesignWarnings, type Person } from './sample.ts'
import type { Sample } from './sample.queries.ts'
import type { DrawPlan } from './sample.service.ts'
import { hasReached, surveyHref } from './survey.ts'
import { settingsOf, type Group, type Level, type Stratum, type Survey } from './survey.queries.ts'

interface Decision {
  /** What would be decided; empty when nothing has to be. */
  proposals: string[]
  decided: boolean
  reason: string
  error: string | null
}

export interface SamplePage {
  heading: string
  warnings: string[]
  /** Where the places drawn by numbers stand; null while there are none. */
  sheets: string | null
  planHref: string
  /** Null for who may only look, and once collecting has begun. */
  numbers: { action: string; errors: { text: string; href: string }[]; decision: Decision } | null
  list: {
    action: string
    errors: string[]
    repeated: string[]
    units: { code: string; name: string; chosen: boolean }[]
    decision: Decision
  } | null
  levels: {
    name: string
    groups: string[]
    units: { name: string; cells: SampleCell[] }[]
  }[]
}

interface SampleCell {
  plan: string
  field: { name: string; label: string; value: string; wrong: boolean } | null
  drawn: string
}

export interface SheetsPage {
  back: string
  once: string
  notice: string | null
  survey: string
  units: {
    heading: string
    drawn: SheetTable[]
    signing: { heading: string; hasNames: boolean; rows: { name: string; position: string }[] }[]
  }[]
}

interface SheetTable {
  heading: string
  facts: string[]
  hasNames: boolean
  rows: { kind: string; place: string; name: string; position: string }[]
}

export interface SampleViews {
  'survey/sample': SamplePage
  'survey/sample-sheets': SheetsPage
}

/** What was wrong, and what was typed. */
export interface SampleSlips {
  typed?: Map<string, string>
  asked?: { decided: boolean; reason: string }
  wrong?: Stratum[]
  numbersErrors?: string[]
  numbersPlan?: DrawPlan
  listErrors?: string[]
  listPlan?: DrawPlan
  repeated?: string[]
  unit?: string
}

/** The name of the field for a group's number of people. */
export function fieldOf({ unit_code, group_code }: Stratum): string {
  return `n-${unit_code}-${group_code}`
}

export function samplePage(input: {
  survey: Survey
  levels: Level[]
  groups: Group[]
  strata: Stratum[]
  samples: Map<string, Sample>
  mayDraw: boolean
  slips: SampleSlips
}): SamplePage {
  const { survey, levels, groups, strata, samples, slips } = input
  const units = [...new Map(strata.map((each) => [each.unit_code, each.unit_name]))]
  const complete = units.filter(([code]) =>
    strata.every((each) => each.unit_code !== code || samples.has(each.id)),
  )
  const mayDraw = input.mayDraw && !hasReached(survey, 'collecting')
  const cell = (each: Stratum): SampleCell => {
    const sample = samples.get(each.id)
    const name = fieldOf(each)
    return {
      plan:
        each.quota === each.plan_quota
          ? `${showCount(each.quota)} phiếu`
          : `${showCount(each.quota)} phiếu (kế hoạch ${showCount(each.plan_quota)})`,
      field: mayDraw
        ? {
            name,
            label: `Số người: ${each.group_name} – ${each.unit_name}`,
            value: slips.typed?.get(each.id) ?? (sample?.file_hash === null ? String(sample.population) : ''),
            wrong: slips.wrong?.some(({ id }) => id === each.id) ?? false,
          }
        : null,
      drawn:
        sample === undefined
          ? 'chưa chọn'
          : `${showCount(sample.quota)} + ${showCount(sample.reserve)} dự phòng trong ${showCount(sample.population)} người, ${showDay(sample.drawn_on)}${sample.file_hash === null ? '' : ', theo tệp'}`,
    }
  }
  return {
    heading: `Đã chọn mẫu ở ${showCount(complete.length)}/${showCount(units.length)} cơ quan, đơn vị`,
    warnings: smallDesignWarnings(strata, settingsOf(survey).k),
    planHref: surveyHref(survey, '/ke-hoach'),
    sheets: [...samples.values()].some((each) => each.file_hash === null)
      ? surveyHref(survey, '/chon-mau/danh-sach')
      : null,
    numbers: mayDraw
      ? {
          action: surveyHref(survey, '/chon-mau'),
          errors: [
            ...(slips.wrong ?? []).map((each) => ({
              text: `${each.group_name} – ${each.unit_name}: số người phải là số từ 0 đến 99999.`,
              href: `#${fieldOf(each)}`,
            })),
            ...(slips.numbersErrors ?? []).map((text) => ({ text, href: '#so-nguoi' })),
          ],
          decision: decisionOf(slips.numbersPlan, slips.asked),
        }
      : null,
    list: input.mayDraw
      ? {
          action: surveyHref(survey, '/chon-mau/danh-sach'),
          errors: someOf(slips.listErrors ?? []),
          repeated: someOf(slips.repeated ?? []),
          units: units.map(([code, name]) => ({ code, name, chosen: code === slips.unit })),
          decision: decisionOf(slips.listPlan, slips.asked),
        }
      : null,
    levels: levels
      .filter((level) => level.surveyed === 1)
      .map((level) => {
        const own = groups.filter((group) => group.level === level.code)
        const inLevel = strata.filter((each) => each.level === level.code)
        return {
          name: level.name,
          groups: own.map((group) => group.name),
          units: [...new Map(inLevel.map((each) => [each.unit_code, each.unit_name]))].map(
            ([code, name]) => ({
              name,
              cells: own.map((group) => {
                const found = inLevel.find(
                  (each) => each.unit_code === code && each.group_code === group.code,
                )
                return found ? cell(found) : { plan: '–', field: null, drawn: '' }
              }),
            }),
          ),
        }
      }),
  }
}

const mostErrorsShown = 50

function someOf(errors: string[]): string[] {
  const rest = errors.length - mostErrorsShown
  return rest > 0 ? [...errors.slice(0, mostErrorsShown), `… và ${showCount(rest)} dòng khác.`] : errors
}

function decisionOf(plan: DrawPlan | undefined, asked: SampleSlips['asked']): Decision {
  const name = (each: Stratum) => `${each.group_name} – ${each.unit_name}`
  const lowered = plan?.lowered.map(({ stratum, population }) => {
    const { quota, reserve } = fitTo(stratum, population)
    return `${name(stratum)}: chỉ có ${showCount(population)} người, ít hơn ${showCount(stratum.quota)} phiếu đang áp dụng. Giảm còn ${showCount(quota)} phiếu, ${showCount(reserve)} dự phòng.`
  })
  const redrawn = plan?.redrawn.map(
    ({ stratum, before }) =>
      `${name(stratum)}: đã chọn mẫu ngày ${showDay(before.drawn_on)} ${before.file_hash === null ? 'theo số người khác' : 'theo tệp khác'}. Chọn lại thì danh sách cũ không còn giá trị.`,
  )
  const proposals = [...(lowered ?? []), ...(redrawn ?? [])]
  return {
    proposals,
    decided: asked?.decided ?? false,
    reason: asked?.reason ?? '',
    error: proposals.length > 0 && asked?.decided === true ? reasonMissing : null,
  }
}

export function sheetsPage(input: {
  survey: Survey
  notice: string | null
  strata: Stratum[]
  samples: Sample[]
  /** By sampleKey, in the order of the file; null where only numbers were given. */
  people: Map<string, Person[]> | null
}): SheetsPage {
  const { survey, notice, strata, samples, people } = input
  const drawn = strata.flatMap((stratum) => {
    const sample = samples.find((each) => each.stratum_id === stratum.id)
    return sample ? [{ stratum, sample, own: people?.get(sampleKey(stratum)) ?? null }] : []
  })
  const units = [...new Map(drawn.map(({ stratum }) => [stratum.unit_code, stratum.unit_name]))]
  return {
    back: surveyHref(survey, '/chon-mau'),
    once:
      people === null
        ? 'Số thứ tự là số trong danh sách của chính cơ quan, đơn vị.'
        : 'Họ tên chỉ hiện ở đây một lần, hệ thống không lưu. Hãy in ngay; muốn in lại, nạp đúng tệp này.',
    notice,
    survey: survey.title,
    units: units.map(([code, name]) => {
      const own = drawn.filter(({ stratum }) => stratum.unit_code === code)
      return {
        heading: name,
        drawn: own.map((each) => drawnTable(each.stratum, each.sample, each.own)),
        signing: own.map((each) => signingTable(each.stratum, each.sample, each.own)),
      }
    }),
  }
}

function drawnTable(stratum: Stratum, sample: Sample, people: Person[] | null): SheetTable {
  const { main, reserve } = drawOf(stratum, sample)
  const row = (place: number, kind: string) => {
    const person = people?.[place - 1]
    return { kind, place: showCount(place), name: person?.name ?? '', position: person?.position ?? '' }
  }
  const facts = [
    `Ngày chọn ${showDay(sample.drawn_on)}. Số người trong danh sách: ${showCount(sample.population)}. Chính thức ${showCount(sample.quota)}, dự phòng ${showCount(sample.reserve)}.`,
    `Mã chọn: ${sample.seed}`,
    ...(sample.file_hash === null ? [] : [`Mã kiểm tra của tệp (SHA-256): ${sample.file_hash}`]),
    `Cách chọn: với mỗi số thứ tự, lấy SHA-256 của dòng chữ “${sample.seed}:${sampleKey(stratum)}:số thứ tự”; xếp tăng dần; lấy lần lượt từ đầu.`,
  ]
  return {
    heading: stratum.group_name,
    facts,
    hasNames: people !== null,
    rows: [
      ...main.map((place) => row(place, 'Chính thức')),
      ...reserve.map((place, at) => row(place, `Dự phòng ${at + 1}`)),
    ],
  }
}

/** Who answers, by name: in an order that tells neither the draw's nor the cards'; empty lines for reserves. */
function signingTable(
  stratum: Stratum,
  sample: Sample,
  people: Person[] | null,
): SheetsPage['units'][number]['signing'][number] {
  const { main } = drawOf(stratum, sample)
  const named = byGivenName(main.flatMap((place) => people?.[place - 1] ?? []))
  const blank = { name: '', position: '' }
  const lines = people === null ? sample.quota + sample.reserve : sample.reserve
  return {
    heading: stratum.group_name,
    hasNames: people !== null,
    rows: [...named, ...Array.from({ length: lines }, () => blank)],
  }
}

function drawOf(stratum: Stratum, { seed, population, quota, reserve }: Sample): ReturnType<typeof draw> {
  return draw(seed, sampleKey(stratum), population, quota, reserve)
}
