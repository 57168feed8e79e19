// A release made by hand: what pages and files of results are drawn from, with every kind of figure in it.
import type { ReleasedLevel, ReleasedUnit } from '../../../src/score/findings.ts'
import type { ScoresRelease } from '../../../src/score/release.ts'
import type { Results } from '../../../src/score/results.views.ts'
import type { Survey } from '../../../src/survey/survey.queries.ts'

const counts = { planned: 9, issued: 9, returned: 8, valid: 8 }
const none = { share: null, band: null }

type Criterion = ReleasedLevel['pooled'][number]
type Item = ReleasedLevel['items'][number]

/** Of 10 points; null = hidden. */
export function criterionOf(code: string, share: number | null, name = `Tiêu chí ${code}`): Criterion {
  return share === null
    ? { code, name, max: 10, answered: null, share, points: null, step: null, status: 'hidden' }
    : { code, name, max: 10, answered: 160, share, points: share * 10, step: 0.1, status: 'ok' }
}

/** Two criteria of 10 points; null points = too few answers. */
export function unitOf(code: string, points: number | null, more: Partial<ReleasedUnit> = {}): ReleasedUnit {
  const share = points === null ? null : points / 20
  return {
    code,
    name: `Sở ${code}`,
    level: 'so',
    counts,
    population: 40,
    criteria: ['1.1', '2.1'].map((each) => ({
      ...criterionOf(each, share),
      answered: share === null ? null : 8,
      step: share === null ? null : 0.01,
      oneRespondent: share === null ? null : 1.25,
    })),
    domains: [],
    total:
      points === null
        ? { max: 20, points: null, step: null, status: 'hidden' }
        : { max: 20, points, step: 0.01, status: 'ok' },
    interval: points === null ? null : { low: points - 1, high: points + 1 },
    oneRespondent: points === null ? null : 2.5,
    ranking: points === null ? 'not-ranked' : 'ranked',
    fallback: null,
    rank: null,
    flags: [],
    ...more,
  }
}

export function itemOf(code: string, share: number | null, more: Partial<Item> = {}): Item {
  const spread = { Kém: 0.2, 'Trung bình': 0.3, Tốt: 0.5 }
  return {
    code,
    text: `Câu ${code}?`,
    criterion: '1.1',
    answered: share === null ? null : 150,
    share,
    band: null,
    status: share === null ? 'hidden' : 'ok',
    options:
      share === null
        ? null
        : Object.entries(spread).map(([label, each]) => ({ code: label, label, share: each, band: null })),
    optOut: share === null ? none : { share: 0.08, band: null },
    blank: share === null ? none : { share: 0.05, band: 'at-most' },
    ...more,
  }
}

export function levelOf(more: Partial<ReleasedLevel> = {}): ReleasedLevel {
  const group = (code: string, name: string, shares: (number | null)[]) => ({
    code,
    name,
    counts: { planned: 100, issued: 100, returned: 90, valid: 88 },
    criteria: shares.map((share, at) => criterionOf(`${at + 1}.1`, share)),
    items: [itemOf('A1', 0.7)],
  })
  return {
    code: 'so',
    name: 'Cấp sở',
    groups: [group('LD', 'Lãnh đạo', [0.8, 0.7]), group('CC', 'Công chức', [0.62, 0.75])],
    pooled: [criterionOf('1.1', 0.72), criterionOf('2.1', 0.73)],
    items: [itemOf('A1', 0.7), itemOf('A2', null)],
    scales: [],
    spread: { withinSd: null, ballots: null, units: null },
    sensitivity: [],
    ...more,
  }
}

export function resultsOf({
  units,
  levels = [levelOf()],
  ...more
}: { units: ReleasedUnit[] } & Partial<ScoresRelease>): Results {
  const scores: ScoresRelease = {
    schema: 'survey-scores/2',
    survey: { slug: 'thu', title: 'Đợt thử', year: 2022 },
    version: 1,
    madeOn: '2022-10-12',
    reason: '',
    method: { k: 5, custody: 'server-held', illustrative: true, rehearsal: false, words: ['Một.'] },
    openedOn: '2022-10-12',
    opening: 'Máy chủ giữ khóa.',
    counts: { planned: 200, issued: 200, returned: 180, valid: 176 },
    hash: 'f'.repeat(64),
    units,
    levels,
    ...more,
  }
  return {
    survey: { slug: 'thu' } as Survey,
    scores,
    releases: [{ version: scores.version, made_on: scores.madeOn, reason: '', hash: scores.hash }],
    names: { level: new Map(), group: new Map(), domain: new Map() },
    may: { whole: true, files: true },
  }
}

/** Places as a release has them, `apart` = how many places up and down cannot be told apart. */
export function ranked(units: ReleasedUnit[], apart = 2): ReleasedUnit[] {
  return units.map((unit, at) => ({
    ...unit,
    rank: {
      place: at + 1,
      tied: false,
      from: Math.max(1, at + 1 - apart),
      to: Math.min(units.length, at + 1 + apart),
    },
  }))
}
