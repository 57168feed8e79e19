// A release of any size with every kind of figure in it, made up by a rule: for what reads releases and makes none.
import { ScoresRelease } from '../../src/score/release.ts'
import { canonicalHash } from '../../src/lib/json.ts'

type Level = ScoresRelease['levels'][number]
type Unit = ScoresRelease['units'][number]

export interface MadeUpSize {
  /** Units of each level. */
  units: number[]
  criteria: number
  /** Every so many units one has too few ballots. */
  fewEvery?: number
}

const agencies = ['Sở Nội vụ', 'Sở Kế hoạch và Đầu tư', 'Sở Giáo dục và Đào tạo', 'Ban Quản lý Khu kinh tế']
const criterionNames = [
  'Mức độ năng động, quyết tâm của lãnh đạo trong chỉ đạo cải cách hành chính',
  'Chất lượng văn bản',
  'Tính hợp lý của việc sắp xếp tổ chức bộ máy, phân công nhiệm vụ',
]

/** The same size gives the same release. */
export function madeUpRelease({ units: sizes, criteria, fewEvery = 7 }: MadeUpSize): ScoresRelease {
  const levels = sizes.map((_, at) => madeUpLevel(at, criteria))
  const units = sizes.flatMap((size, at) =>
    inRanks(Array.from({ length: size }, (_, n) => madeUpUnit(at, n, criteria, (n + 1) % fewEvery === 0))),
  )
  const sum = (key: keyof Unit['counts']) => units.reduce((total, { counts }) => total + counts[key], 0)
  const content = {
    schema: 'survey-scores/2' as const,
    survey: { slug: 'mau', title: 'Điều tra xã hội học năm 2022', year: 2022 },
    version: 1,
    madeOn: '2022-11-15',
    reason: '',
    method: {
      ...{ k: 5, custody: 'server-held', illustrative: true, rehearsal: false, groups: 'sample-design' },
      words: ['Phiếu hợp lệ khi trả lời từ 70 % số câu trở lên.', 'Điểm tiêu chí = tỷ lệ x điểm tối đa.'],
    },
    openedOn: '2022-11-15',
    opening: 'Máy chủ giữ khóa. Người mở niêm phong: Hội đồng.',
    counts: {
      planned: sum('planned'),
      issued: sum('issued'),
      returned: sum('returned'),
      valid: sum('valid'),
    },
    units,
    levels,
  }
  return ScoresRelease.parse({ ...content, hash: canonicalHash(content) })
}

function madeUpUnit(level: number, n: number, criteria: number, few: boolean): Unit {
  const share = (at: number) => (40 + ((n * 7 + at * 11) % 55)) / 100
  const valid = few ? 3 : 9
  const own = Array.from({ length: criteria }, (_, at) => ({
    ...{ code: codeOf(at), name: nameOf(at), max: 1.5 },
    ...(few
      ? { answered: null, share: null, points: null, step: null, status: 'hidden' as const }
      : {
          answered: valid - (at % 2),
          share: share(at),
          points: hundredths(share(at) * 1.5),
          step: at % 9 === 4 ? 0.05 : 0.01,
          status: 'ok' as const,
        }),
    oneRespondent: few ? null : 0.17,
  }))
  const points = few ? null : hundredths(own.reduce((sum, each) => sum + (each.points ?? 0), 0))
  const max = criteria * 1.5
  const status = few ? ('hidden' as const) : ('ok' as const)
  return {
    code: `${'ABCD'.charAt(level)}${n + 1}`,
    name: `${agencies[n % agencies.length] ?? ''} ${n + 1}`,
    level: `cap-${level + 1}`,
    counts: { planned: 9, issued: 9, returned: valid, valid },
    population: 30 + n,
    criteria: own,
    domains: [{ code: '1', max, points, step: few ? null : 0.01, status }],
    total: { max, points, step: few ? null : 0.01, status },
    interval: points === null ? null : { low: Math.max(0, points - 0.8), high: Math.min(max, points + 0.8) },
    oneRespondent: few ? null : 0.5,
    ranking: few ? 'not-ranked' : 'ranked',
    fallback: null,
    rank: null,
    flags: few ? [{ kind: 'group-below-half', group: 'LD' }] : [],
  }
}

function inRanks(units: Unit[]): Unit[] {
  const sorted = units
    .flatMap(({ total }) => (total.points === null ? [] : [total.points]))
    .sort((a, b) => b - a)
  const places = new Map(sorted.toReversed().map((points, at) => [points, sorted.length - at]))
  return units.map((unit) => {
    const place = unit.total.points === null ? undefined : places.get(unit.total.points)
    if (place === undefined) return unit
    const tied = sorted[place] === sorted[place - 1]
    return { ...unit, rank: { place, tied, from: Math.max(1, place - 2), to: place + 3 } }
  })
}

function madeUpLevel(level: number, criteria: number): Level {
  const shown = (shift: number) =>
    Array.from({ length: criteria }, (_, at) => {
      const share = (50 + ((at * 13 + shift) % 40)) / 100
      const points = hundredths(share * 1.5)
      return {
        ...{ code: codeOf(at), name: nameOf(at), max: 1.5, answered: 120, share, points, step: 0.02 },
        status: 'ok' as const,
      }
    })
  const items = (shift: number): Level['items'] =>
    Array.from({ length: criteria }, (_, at) => {
      const hidden = at % 11 === 10
      return {
        ...{ code: `C${at + 1}`, text: `Câu hỏi thứ ${at + 1} về ${nameOf(at)}?`, criterion: codeOf(at) },
        ...(hidden
          ? { answered: null, share: null, status: 'hidden' as const }
          : { answered: 118, share: (45 + ((at + shift) % 40)) / 100, status: 'ok' as const }),
        band: null,
        optOut: hidden ? { share: null, band: null } : { share: 0.05, band: 'at-most' as const },
        blank: hidden ? { share: null, band: null } : { share: 0.08, band: null },
        options: hidden
          ? null
          : ['Tốt', 'Khá', 'Trung bình', 'Kém'].map((label, option) => ({
              ...{ code: `${option + 1}`, label, share: [0.4, 0.3, 0.2, 0.1][option] ?? 0, band: null },
            })),
      }
    })
  const counts = { planned: 100, issued: 100, returned: 92, valid: 90 }
  return {
    code: `cap-${level + 1}`,
    name: ['Cấp sở', 'Cấp huyện', 'Cấp xã'][level] ?? `Cấp ${level + 1}`,
    groups: [
      { code: 'LD', name: 'Lãnh đạo cấp phòng và tương đương', counts, criteria: shown(5), items: items(3) },
      { code: 'CC', name: 'Công chức', counts, criteria: shown(0), items: items(0) },
    ],
    pooled: shown(2),
    items: items(1),
    scales: [
      {
        ...{ questionnaire: 'chung', title: 'Phiếu dùng cho công chức', items: criteria, ballots: 80 },
        ...{ alpha: 0.87, status: 'ok' },
        itemRest: items(0).map(({ code, text }, at) => ({ code, text, r: at === 3 ? -0.02 : 0.55 })),
      },
    ],
    spread: { withinSd: 2.31, ballots: 172, units: 20 },
    sensitivity: [
      {
        ...{ setting: 'groups', choice: 'pooled', words: 'Các nhóm: gộp mọi câu trả lời.' },
        ...{ ranksMoved: 3, largestMove: 2, tau: 0.9, meanChange: -1 },
      },
    ],
  }
}

function codeOf(at: number): string {
  return `${1 + Math.floor(at / 5)}.${1 + (at % 5)}`
}

function nameOf(at: number): string {
  return criterionNames[at % criterionNames.length] ?? ''
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}
