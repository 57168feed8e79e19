// Every figure that a release does not show, with its reason in words. Only what everybody may know goes into a reason:
// the release itself does not tell a figure of too few people from one that would give such a figure away. Pure.
import { fewestBallots, fewestUnits, smallestDistribution } from '../score/shown.ts'
import type { ScoresRelease } from '../score/release.ts'

export interface HiddenFigure {
  level: string
  /** A unit, a group of the level, or "Cả cấp". */
  where: string
  figure: string
  reason: string
}

type Unit = ScoresRelease['units'][number]
type Level = ScoresRelease['levels'][number]
type Item = Level['items'][number]
type Criterion = Level['pooled'][number]

export const wholeLevel = 'Cả cấp'

export function hiddenFigures(release: ScoresRelease): HiddenFigure[] {
  const { k } = release.method
  return release.levels.flatMap((level) => {
    const units = release.units.filter((unit) => unit.level === level.code)
    const at = (where: string) => (figures: Omit<HiddenFigure, 'level' | 'where'>[]) =>
      figures.map((each) => ({ level: level.name, where, ...each }))
    return [
      ...units.flatMap((unit) => at(unit.name)(ofUnit(unit, k))),
      ...at(wholeLevel)(ofIntervals(units)),
      ...level.groups.flatMap((group) =>
        at(group.name)([...ofCriteria(group.criteria, k), ...group.items.flatMap((item) => ofItem(item, k))]),
      ),
      ...at(wholeLevel)([
        ...ofCriteria(level.pooled, k),
        ...level.items.flatMap((item) => ofItem(item, k)),
        ...ofStatistics(level),
      ]),
    ]
  })
}

type Figure = Omit<HiddenFigure, 'level' | 'where'>

function fewWords(k: number): string {
  return `Có dưới ${k} người trả lời, hoặc đem so với số khác sẽ suy ra được câu trả lời của dưới ${k} người.`
}

const notApplicable = 'Không áp dụng: không có câu trả lời nào được tính.'

/** Why a figure of a unit is not there; null where it is. How many ballots are valid may be known. */
export function reasonOf(unit: Unit, status: Unit['total']['status'], k: number): string | null {
  if (status === 'ok') return null
  if (status === 'not-applicable') return notApplicable
  return unit.counts.valid < k ? `Có ${unit.counts.valid} phiếu hợp lệ, dưới ${k}.` : fewWords(k)
}

function ofUnit(unit: Unit, k: number): Figure[] {
  const figure = (name: string, status: Unit['total']['status']) => {
    const reason = reasonOf(unit, status, k)
    return reason === null ? [] : [{ figure: name, reason }]
  }
  return [
    ...figure('Tổng điểm', unit.total.status),
    ...unit.domains.flatMap(({ code, status }) => figure(`Điểm lĩnh vực ${code}`, status)),
    ...unit.criteria.flatMap(({ code, status }) => figure(`Điểm tiêu chí ${code}`, status)),
    ...(unit.ranking === 'not-ranked' ? [{ figure: 'Hạng', reason: 'Chưa đủ điều kiện xếp hạng.' }] : []),
  ]
}

const needsLevel = `Chỉ hiện khi cả cấp có từ ${fewestUnits} cơ quan, đơn vị và ${fewestBallots} phiếu, và khi không ai suy ra được câu trả lời của người khác.`

function ofIntervals(units: Unit[]): Figure[] {
  const without = units.filter(({ total, interval }) => total.status === 'ok' && interval === null)
  if (without.length === 0) return []
  const which = without.length === units.length ? '' : `: ${without.map(({ name }) => name).join('; ')}`
  return [{ figure: `Khoảng tham khảo, khoảng hạng${which}`, reason: needsLevel }]
}

function ofCriteria(criteria: Criterion[], k: number): Figure[] {
  return criteria.flatMap(({ code, status }) =>
    status === 'ok'
      ? []
      : [
          {
            figure: `Tỷ lệ tiêu chí ${code}`,
            reason: status === 'hidden' ? fewOfLevel(k) : notApplicable,
          },
        ],
  )
}

function fewOfLevel(k: number): string {
  return `Có dưới ${fewestUnits} cơ quan, đơn vị có người trả lời, hoặc đem so với số khác sẽ suy ra được câu trả lời của dưới ${k} người.`
}

function ofItem(item: Item, k: number): Figure[] {
  if (item.status !== 'ok')
    return [{ figure: `Câu ${item.code}`, reason: item.status === 'hidden' ? fewOfLevel(k) : notApplicable }]
  const few = `Có dưới ${smallestDistribution} câu trả lời.`
  return [
    ...(item.options === null ? [{ figure: `Câu ${item.code}, phân bố phương án`, reason: few }] : []),
    ...(item.optOut.share === null
      ? [
          {
            figure: `Câu ${item.code}, “Không biết” và để trống`,
            reason: `Có dưới ${smallestDistribution} người được hỏi, chưa tính, hoặc đem so với nhóm khác sẽ suy ra được câu trả lời của ít người.`,
          },
        ]
      : []),
  ]
}

function ofStatistics(level: Level): Figure[] {
  return [
    ...level.scales.flatMap(({ title, alpha }) =>
      alpha === null ? [{ figure: `Hệ số tin cậy, ${title}`, reason: needsLevel }] : [],
    ),
    ...(level.scales.length === 0 ? [{ figure: 'Hệ số tin cậy', reason: needsLevel }] : []),
    ...(level.spread.withinSd === null
      ? [{ figure: 'Độ lệch chuẩn trong cơ quan, đơn vị', reason: needsLevel }]
      : []),
    ...(level.sensitivity.length === 0
      ? [
          {
            figure: 'Kết quả nếu chọn cách tính khác',
            reason: `Chưa tính, hoặc đem so sẽ suy ra được câu trả lời của ít người.`,
          },
        ]
      : []),
  ]
}
