// From a figure down to what disclosure allows: how it was made in words, the numbers behind it that may be shown, what is
// hidden and why, which settings, which release, and how to check. Drawn from the release alone, and from the plan's public
// numbers of people. Page and CLI show the same. Pure.
import { z } from 'zod'
import { showCount, showDay, showNumber, showPoints } from '../lib/format.ts'
import { surveyHref } from '../survey/survey.ts'
import type { ScoresRelease } from './release.ts'
import { smallestDistribution, type ShownCriterion, type ShownItem, type ShownShare } from './shown.ts'

/** What of a unit is no criterion but the sum of all. */
export const wholeUnit = 'tong'

/** A figure of a release; `criterion` of a unit may also name a domain, or the whole unit. */
export type Figure =
  | { of: 'unit'; unit: string; criterion: string }
  | { of: 'level'; level: string; criterion: string }
  | { of: 'item'; level: string; item: string }

/** The page that explains it, for a link beside the figure. */
export function explainHref(survey: { slug: string }, figure: Figure, version?: number): string {
  return surveyHref(survey, `/diem${pathOf(figure)}${version === undefined ? '' : `?ban=${version}`}`)
}

function pathOf(figure: Figure): string {
  const part = encodeURIComponent
  switch (figure.of) {
    case 'unit':
      return `/don-vi/${part(figure.unit)}/${part(figure.criterion)}`
    case 'level':
      return `/cap/${part(figure.level)}/${part(figure.criterion)}`
    case 'item':
      return `/cap/${part(figure.level)}/cau-hoi/${part(figure.item)}`
  }
}

export interface Explanation {
  heading: string
  /** Full sentences. */
  formula: string[]
  numbers: { label: string; value: string }[]
  /** Figures that this one is made of, each with an explanation of its own. */
  parts: { text: string; figure: Figure }[]
  hidden: string[]
  settings: string[]
  source: { label: string; value: string }[]
  check: string[]
}

/** What the release does not say: names as people know them, and the plan's numbers of people of the unit's groups. */
export interface PlanFacts {
  levelName: (level: string) => string
  groupName: (level: string, group: string) => string
  planned: { group: string; people: number }[]
  /** Code of the domain that a criterion of the level belongs to. */
  domainOf: (level: string, criterion: string) => string | undefined
}

/** Undefined for a figure that the release does not have. */
export function explain(release: ScoresRelease, plan: PlanFacts, figure: Figure): Explanation | undefined {
  switch (figure.of) {
    case 'unit':
      return explainUnit(release, plan, figure)
    case 'level':
      return explainLevel(release, plan, figure)
    case 'item':
      return explainItem(release, plan, figure)
  }
}

type Unit = ScoresRelease['units'][number]
type Level = ScoresRelease['levels'][number]

// ── A unit ────────────────────────────────────────────────────────────────────────────────────────────────────────────
function explainUnit(
  release: ScoresRelease,
  plan: PlanFacts,
  figure: Figure & { of: 'unit' },
): Explanation | undefined {
  const unit = release.units.find(({ code }) => code === figure.unit)
  if (!unit) return undefined
  if (figure.criterion === wholeUnit)
    return sumOfUnit(release, unit, `${unit.name}, tổng điểm điều tra`, unit.total, unit.criteria)
  const domain = unit.domains.find(({ code }) => code === figure.criterion)
  if (domain) {
    const own = unit.criteria.filter(({ code }) => plan.domainOf(unit.level, code) === domain.code)
    return sumOfUnit(release, unit, `${unit.name}, lĩnh vực ${domain.code}`, domain, own)
  }
  const criterion = unit.criteria.find(({ code }) => code === figure.criterion)
  return criterion && criterionOfUnit(release, plan, unit, criterion)
}

function criterionOfUnit(
  release: ScoresRelease,
  plan: PlanFacts,
  unit: Unit,
  criterion: ShownCriterion,
): Explanation {
  const { k } = release.method
  const { points, share, answered, step, max } = criterion
  const name = `${unit.name}, tiêu chí ${criterion.code}`
  const facts = [
    { label: 'Tiêu chí', value: criterion.name },
    { label: 'Điểm tối đa', value: showNumber(max) },
    {
      label: 'Phiếu thu về',
      value: `${showCount(unit.counts.returned)}, trong đó hợp lệ ${showCount(unit.counts.valid)}`,
    },
    ...weightsOf(release, plan, unit),
  ]
  if (points === null || share === null || answered === null)
    return {
      ...common(release),
      heading: `${name}: ${criterion.status === 'hidden' ? 'không hiện' : 'không áp dụng'}`,
      formula: formulaOf(release),
      numbers: facts,
      parts: [],
      hidden: [
        criterion.status === 'hidden'
          ? `Điểm, tỷ lệ và số người trả lời không hiện: có dưới ${k} người trả lời, hoặc chỉ một người của một nhóm trả lời, hoặc số này đem so với các số khác sẽ làm lộ câu trả lời của ít người. Ba trường hợp hiện như nhau, để không ai đoán được là trường hợp nào.`
          : 'Không có điểm: nhóm người được hỏi không có câu hỏi về tiêu chí này, hoặc không có câu trả lời nào được tính. Tiêu chí không nằm trong thang điểm của cơ quan, đơn vị.',
      ],
    }
  return {
    ...common(release),
    heading: `${name}: ${showPoints(points)}/${showNumber(max)} điểm`,
    formula: formulaOf(release),
    numbers: [
      ...facts,
      { label: 'Số người có câu trả lời được tính', value: showCount(answered) },
      { label: 'Tỷ lệ (làm tròn đến 1 %)', value: showPercent(share) },
      {
        label: 'Tổng hệ số, quy ra',
        value: `khoảng ${tenths(share * answered)} trên ${showCount(answered)} người (tỷ lệ x số người; tỷ lệ đã làm tròn nên chỉ là khoảng)`,
      },
      {
        label: 'Tính nhẩm',
        value: `${showPercent(share)} x ${showNumber(max)} = khoảng ${tenths(share * max)} điểm`,
      },
      { label: 'Điểm', value: showPoints(points) },
      { label: 'Làm tròn đến', value: stepWords(step) },
    ],
    parts: [],
    hidden: [
      'Điểm, tỷ lệ của từng nhóm trong một cơ quan, đơn vị không hiện: nhóm chỉ có vài người.',
      'Số người chọn từng phương án không hiện cho một cơ quan, đơn vị; chỉ hiện cho cả cấp.',
      'Số không làm tròn chỉ dùng để tính và xếp hạng; hiện ra thì suy ngược được câu trả lời của nhóm ít người.',
    ],
  }
}

function sumOfUnit(
  release: ScoresRelease,
  unit: Unit,
  name: string,
  sum: { max: number; points: number | null; step: number | null },
  criteria: readonly ShownCriterion[],
): Explanation {
  const counted = criteria.filter(({ status }) => status !== 'not-applicable')
  const parts = criteria.map((each) => ({
    text: `${each.code} ${each.name}: ${wordOf(each)}`,
    figure: { of: 'unit' as const, unit: unit.code, criterion: each.code },
  }))
  const head = {
    ...common(release),
    parts,
    formula: [
      'Tổng = cộng điểm của các tiêu chí có điểm. Tiêu chí không áp dụng không nằm trong thang điểm.',
    ],
  }
  const facts = [
    { label: 'Số tiêu chí có điểm', value: `${showCount(counted.length)}/${showCount(criteria.length)}` },
    { label: 'Thang điểm', value: showNumber(sum.max) },
    {
      label: 'Phiếu thu về',
      value: `${showCount(unit.counts.returned)}, trong đó hợp lệ ${showCount(unit.counts.valid)}`,
    },
  ]
  if (sum.points === null)
    return {
      ...head,
      heading: `${name}: không hiện`,
      numbers: facts,
      hidden: [
        'Không hiện tổng khi có một tiêu chí không hiện: lấy tổng trừ các tiêu chí khác sẽ ra tiêu chí đó. Cơ quan, đơn vị chưa đủ điều kiện thì không xếp hạng.',
      ],
    }
  const printed = counted.reduce((total, { points }) => total + Math.round((points ?? 0) * 100), 0) / 100
  const same = Math.round(printed * 100) === Math.round(sum.points * 100)
  return {
    ...head,
    heading: `${name}: ${showPoints(sum.points)}/${showNumber(sum.max)} điểm`,
    numbers: [
      ...facts,
      {
        label: 'Cộng các số đã in',
        value: counted.map(({ points }) => showPoints(points)).join(' + ') + ` = ${showPoints(printed)}`,
      },
      { label: 'Tổng in ra', value: showPoints(sum.points) },
      ...(same
        ? []
        : [
            {
              label: 'Vì sao lệch',
              value: `${showPoints(Math.abs(sum.points - printed))} điểm: tổng cộng từ số không làm tròn rồi mới làm tròn, các tiêu chí làm tròn riêng`,
            },
          ]),
      { label: 'Làm tròn đến', value: stepWords(sum.step) },
    ],
    hidden: ['Số không làm tròn của từng tiêu chí không hiện: suy ngược được câu trả lời của nhóm ít người.'],
  }
}

// ── A level ───────────────────────────────────────────────────────────────────────────────────────────────────────────
function explainLevel(
  release: ScoresRelease,
  plan: PlanFacts,
  figure: Figure & { of: 'level' },
): Explanation | undefined {
  const level = release.levels.find(({ code }) => code === figure.level)
  const pooled = level?.pooled.find(({ code }) => code === figure.criterion)
  if (!level || !pooled) return undefined
  const columns = [
    ...level.groups.map((group) => ({
      name: plan.groupName(level.code, group.code),
      shown: group.criteria.find(({ code }) => code === figure.criterion),
    })),
    { name: 'Tất cả các nhóm', shown: pooled },
  ]
  const items = level.items.filter(({ criterion }) => criterion === figure.criterion)
  return {
    ...common(release),
    heading: `${plan.levelName(level.code)}, tiêu chí ${pooled.code}: ${pooled.share === null ? 'không hiện' : showPercent(pooled.share)}`,
    formula: [
      'Tỷ lệ của một câu hỏi = tổng hệ số các câu trả lời / số câu trả lời được tính, của mọi người trong nhóm ở cả cấp.',
      'Điểm = tỷ lệ đã làm tròn x điểm tối đa. “Tất cả các nhóm” gộp mọi câu trả lời, mỗi câu như nhau.',
    ],
    numbers: [
      { label: 'Tiêu chí', value: pooled.name },
      { label: 'Điểm tối đa', value: showNumber(pooled.max) },
      {
        label: 'Cơ quan, đơn vị của cấp',
        value: showCount(release.units.filter((unit) => unit.level === level.code).length),
      },
      ...columns.map(({ name, shown }) => ({ label: name, value: shareWords(shown) })),
      {
        label: 'Làm tròn đến',
        value: '1 %, vì số mịn hơn đem so với điểm của từng cơ quan, đơn vị có thể suy ra một nhóm ít người',
      },
    ],
    parts: items.map((item) => ({
      text: `${item.code}. ${item.text} – ${showBand(item)}`,
      figure: { of: 'item' as const, level: level.code, item: item.code },
    })),
    hidden: hiddenOfLevel(
      release,
      columns.some(({ shown }) => shown?.status === 'hidden'),
    ),
  }
}

function explainItem(
  release: ScoresRelease,
  plan: PlanFacts,
  figure: Figure & { of: 'item' },
): Explanation | undefined {
  const level: Level | undefined = release.levels.find(({ code }) => code === figure.level)
  const item: ShownItem | undefined = level?.items.find(({ code }) => code === figure.item)
  if (!level || !item) return undefined
  return {
    ...common(release),
    heading: `${plan.levelName(level.code)}, câu ${item.code}: ${item.status === 'ok' ? showBand(item) : 'không hiện'}`,
    formula: ['Tỷ lệ = tổng hệ số các câu trả lời / số câu trả lời được tính, của mọi nhóm ở cả cấp.'],
    numbers: [
      { label: 'Câu hỏi', value: item.text },
      { label: 'Tiêu chí', value: item.criterion },
      ...(item.answered === null || item.share === null
        ? []
        : [
            { label: 'Số câu trả lời được tính', value: showCount(item.answered) },
            ...(item.band === null
              ? [
                  {
                    label: 'Tổng hệ số',
                    value: `khoảng ${tenths(item.share * item.answered)} trên ${showCount(item.answered)} câu trả lời (tỷ lệ đã làm tròn đến 1 %)`,
                  },
                ]
              : []),
          ]),
      ...(item.options ?? []).map((option) => ({ label: option.label, value: showBand(option) })),
    ],
    parts: [
      {
        text: `Tiêu chí ${item.criterion} của cả cấp`,
        figure: { of: 'level', level: level.code, criterion: item.criterion },
      },
    ],
    hidden: [
      ...hiddenOfLevel(release, item.status !== 'ok'),
      ...(item.options === null && item.status === 'ok'
        ? [`Phân bố phương án chỉ hiện từ ${smallestDistribution} câu trả lời.`]
        : []),
      ...(item.band === null
        ? []
        : [
            'Gần như mọi người trả lời như nhau nên chỉ ghi giới hạn: số đúng sẽ cho biết câu trả lời của từng người.',
          ]),
    ],
  }
}

function hiddenOfLevel({ method }: ScoresRelease, isHidden: boolean): string[] {
  return [
    ...(isHidden
      ? [
          `Có số không hiện: dưới ${method.k} người trả lời, hoặc đem so với điểm của các cơ quan, đơn vị sẽ suy ra câu trả lời của dưới ${method.k} người.`,
        ]
      : []),
    'Số của từng nhóm trong một cơ quan, đơn vị không hiện.',
  ]
}

// ── What all have ─────────────────────────────────────────────────────────────────────────────────────────────────────
/** Settings, where from, how to check: the same for every figure of a release. */
function common(release: ScoresRelease): Pick<Explanation, 'settings' | 'source' | 'check'> {
  return { settings: [...release.method.words], source: sourceOf(release), check: howToCheck }
}

export function sourceOf(release: ScoresRelease): Explanation['source'] {
  return [
    { label: 'Bảng điểm', value: `bản ${release.version}, lập ngày ${showDay(release.madeOn)}` },
    ...(release.reason === '' ? [] : [{ label: 'Lý do lập lại', value: release.reason }]),
    { label: 'Mở niêm phong', value: `ngày ${showDay(release.openedOn)}. ${release.opening}` },
    { label: 'Mã kiểm tra của bảng điểm', value: release.hash },
  ]
}

export const howToCheck = [
  'So mã kiểm tra ở trên với mã in trong tệp, báo cáo hay biên bản: cùng mã là cùng số liệu.',
  'Người điều hành máy chủ tính lại được cả bảng điểm từ phiếu đã mở (sau khi hủy phiếu: từ tổng số còn lại) và so mã kiểm tra; lệch một chữ số là mã khác.',
]

/** The release keeps all settings; these decide how groups come together. */
const GroupSettings = z.object({
  groups: z.string().catch(''),
  fixedWeights: z.record(z.string(), z.string()).catch({}),
})

function formulaOf({ method }: ScoresRelease): string[] {
  const { groups } = GroupSettings.parse(method)
  const together: Record<string, string> = {
    'sample-design':
      'Tỷ lệ của cơ quan, đơn vị = bình quân tỷ lệ của các nhóm, theo số phiếu kế hoạch của từng nhóm.',
    pooled: 'Tỷ lệ của cơ quan, đơn vị: gộp mọi câu trả lời của các nhóm.',
    equal: 'Tỷ lệ của cơ quan, đơn vị = bình quân tỷ lệ của các nhóm, mỗi nhóm như nhau.',
    fixed: 'Tỷ lệ của cơ quan, đơn vị = bình quân tỷ lệ của các nhóm, theo trọng số cố định.',
  }
  const words = together[groups]
  return [
    'Điểm = tỷ lệ x điểm tối đa. Tính bằng số không làm tròn, chỉ làm tròn khi in.',
    'Tỷ lệ của một câu hỏi trong một nhóm = tổng hệ số các câu trả lời / số câu trả lời được tính.',
    ...(words === undefined ? [] : [words]),
  ]
}

/** The public weights of the unit's groups, where the groups are weighted at all. */
function weightsOf({ method }: ScoresRelease, plan: PlanFacts, unit: Unit): Explanation['numbers'] {
  const { groups, fixedWeights } = GroupSettings.parse(method)
  const name = (group: string) => plan.groupName(unit.level, group)
  if (groups === 'sample-design' && plan.planned.length > 0)
    return [
      {
        label: 'Số phiếu theo kế hoạch của các nhóm',
        value: plan.planned.map(({ group, people }) => `${name(group)}: ${showCount(people)}`).join('; '),
      },
    ]
  if (groups === 'fixed')
    return [
      {
        label: 'Trọng số của các nhóm',
        value: plan.planned.map(({ group }) => `${name(group)}: ${fixedWeights[group] ?? '0'}`).join('; '),
      },
    ]
  return []
}

function stepWords(step: number | null): string {
  if (step === null) return '–'
  return step <= 0.01
    ? '0,01 điểm'
    : `${showPoints(step)} điểm: làm tròn thô hơn để không suy ra được điểm của một nhóm ít người; chọn theo số người trả lời và trọng số`
}

function wordOf({ status, points, max }: ShownCriterion): string {
  if (status === 'not-applicable') return 'không áp dụng'
  return points === null ? 'không hiện' : `${showPoints(points)}/${showNumber(max)}`
}

function shareWords(shown: ShownCriterion | undefined): string {
  if (shown?.status === 'not-applicable' || shown === undefined) return 'không áp dụng'
  if (shown.share === null || shown.answered === null) return 'không hiện'
  return `${showPercent(shown.share)} của ${showCount(shown.answered)} người, tổng hệ số quy ra khoảng ${tenths(shown.share * shown.answered)}; ${showPoints(shown.points)} điểm`
}

function showBand({ share, band }: ShownShare): string {
  if (share === null) return 'không hiện'
  return band === null ? showPercent(share) : `${band === 'at-least' ? '≥' : '≤'} ${showPercent(share)}`
}

function showPercent(share: number): string {
  return `${showNumber(Math.round(share * 100))} %`
}

/** Of rounded numbers: no more decimals than they bear. */
function tenths(value: number): string {
  return showNumber(Math.round(value * 10) / 10)
}

/** The explanation as lines of text, for the command line. */
export function explanationLines(explanation: Explanation): string[] {
  const list = (title: string, lines: string[]) =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => `- ${line}`)]
  const pairs = (rows: { label: string; value: string }[]) =>
    rows.map(({ label, value }) => `${label}: ${value}`)
  return [
    explanation.heading,
    ...list('Cách tính', explanation.formula),
    ...list('Số liệu', pairs(explanation.numbers)),
    ...list(
      'Gồm',
      explanation.parts.map(({ text }) => text),
    ),
    ...list('Không hiện', explanation.hidden),
    ...list('Quy định áp dụng', explanation.settings),
    ...list('Nguồn', pairs(explanation.source)),
    ...list('Kiểm tra', explanation.check),
  ]
}
