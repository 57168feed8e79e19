// Pages of results over releases made by hand: what they say first, in which order, what they leave out, how long they
// become. Every figure of a page is one of the release.
import { describe, expect, test } from 'vitest'
import { axisFor, shadesFor, type ResultChart } from '../../../src/score/chart-data.ts'
import { extremes, gapsOf, inOrder } from '../../../src/score/findings.ts'
import { gapPage } from '../../../src/score/gap.views.ts'
import { itemPage, itemsPage } from '../../../src/score/items.views.ts'
import { methodPage } from '../../../src/score/method.views.ts'
import { overviewPage } from '../../../src/score/overview.views.ts'
import { rankingPage, unitsPerPage } from '../../../src/score/ranking.views.ts'
import type { Results } from '../../../src/score/results.views.ts'
import { unitScoresPage } from '../../../src/score/unit-scores.views.ts'
import { createRenderer } from '../../../src/web/render.ts'
import { criterionOf, itemOf, levelOf, ranked, resultsOf, unitOf } from './made-release.ts'

const all = { words: '', page: 1 }
const three = () => [...ranked([unitOf('A', 16.5), unitOf('B', 15)]), unitOf('C', null)]

function only(results: Results) {
  const [level] = results.scores.levels
  if (!level) throw new Error('no level')
  return level
}

function drawn(json: string | undefined): ResultChart {
  return JSON.parse(json ?? 'null') as ResultChart
}

describe('what was found', () => {
  test('is said in sentences: places, criteria, groups, returns', () => {
    const page = overviewPage(resultsOf({ units: three() }))
    expect(page.heading).toBe('2/3 cơ quan, đơn vị có điểm điều tra xã hội học')
    expect(page.levels[0]?.findings).toEqual([
      'Cao nhất: Sở A (16,50\u00a0điểm). Thấp nhất: Sở B (15,00\u00a0điểm). 1 cơ quan, đơn vị chưa đủ điều kiện.',
      'Xếp hạng 2 cơ quan, đơn vị; từ hạng 1 đến hạng 2 chưa phân biệt được với hạng cao nhất.',
      'Cả cấp đạt cao nhất ở “Tiêu chí 2.1” (73\u00a0%), thấp nhất ở “Tiêu chí 1.1” (72\u00a0%).',
      'Các nhóm khác nhau nhiều nhất ở “Tiêu chí 1.1”: Lãnh đạo 80\u00a0%, Công chức 62\u00a0%.',
      'Thu về 180/200 phiếu (90,0 %): Lãnh đạo 90/100 phiếu (90,0 %), Công chức 90/100 phiếu (90,0 %).',
    ])
  })

  test('names units that lack half of a group, and no more than five of them', () => {
    const flags = [{ kind: 'group-below-half' as const, group: 'CC' }]
    const units = 'ABCDEFG'.split('').map((code) => unitOf(code, 15, { flags }))
    const sentence = overviewPage(resultsOf({ units })).levels[0]?.findings.at(-1)
    expect(sentence).toBe(
      '7 cơ quan, đơn vị có nhóm thu về dưới một nửa kế hoạch: Sở A, Sở B, Sở C, Sở D, Sở E và 2 nơi khác.',
    )
  })

  test('of figures that are not shown, nothing is said', () => {
    const level = levelOf({
      pooled: [criterionOf('1.1', null), criterionOf('2.1', null)],
      groups: levelOf().groups.map((each) => ({
        ...each,
        criteria: each.criteria.map(({ code }) => criterionOf(code, null)),
      })),
    })
    const [page] = overviewPage(resultsOf({ units: [unitOf('A', null)], levels: [level] })).levels
    expect(page?.chart).toBeNull()
    expect(page?.withheld).toContain('“–” là số không hiện')
    expect(page?.findings.join(' ')).not.toMatch(/Cả cấp đạt|khác nhau nhiều nhất|Cao nhất/)
  })
})

describe('the ranking', () => {
  test('goes by place, then those without one, and says what cannot be told apart', () => {
    const results = resultsOf({ units: three().toReversed() })
    const page = rankingPage(results, only(results), all)
    expect(page.heading).toBe('Cấp sở: Sở A cao nhất, 16,50\u00a0điểm; 2/3 cơ quan, đơn vị được xếp hạng')
    expect(
      page.rows.map(({ place, name, interval, apart, note }) => [place, name, interval, apart, note]),
    ).toEqual([
      ['1', 'Sở A', '15,50 – 17,50', '1–2', ''],
      ['2', 'Sở B', '14,00 – 16,00', '1–2', ''],
      ['–', 'Sở C', '–', '–', 'Chưa đủ điều kiện'],
    ])
    expect(page.notes.join(' ')).toContain('không phản ánh sai lệch khi trả lời')
    const chart = drawn(page.chart?.json)
    expect(chart.rows).toMatchObject([
      { label: '1. Sở A', end: '16,50', range: [15.5, 17.5] },
      { label: '2. Sở B', end: '15,00', range: [14, 16] },
    ])
  })

  test('of an old release, which knows no places, goes by points and shows no column of what it lacks', () => {
    const units = [unitOf('A', 15), unitOf('B', 16)].map((each) => ({ ...each, interval: null }))
    const results = resultsOf({ units })
    const page = rankingPage(results, only(results), all)
    expect(page.rows.map(({ place, name }) => [place, name])).toEqual([
      ['–', 'Sở B'],
      ['–', 'Sở A'],
    ])
    expect(page.columns).toEqual({ interval: false, apart: false, note: false })
    expect(page.notes).toEqual([])
  })

  test('with nobody ranked says so and draws nothing', () => {
    const results = resultsOf({ units: [unitOf('A', null)] })
    const page = rankingPage(results, only(results), all)
    expect(page.heading).toBe('Cấp sở: chưa cơ quan, đơn vị nào có điểm để xếp hạng')
    expect(page.chart).toBeNull()
  })

  test('of 5,000 units is shown page by page and found by a part of a name, without accents', () => {
    const units = Array.from({ length: 5000 }, (_, at) => unitOf(`X${at}`, 20 - at / 1000))
    const results = resultsOf({ units: ranked(units) })
    const second = rankingPage(results, only(results), { words: '', page: 2 })
    expect(second.rows).toHaveLength(unitsPerPage)
    expect(second.rows[0]?.place).toBe('41')
    expect(second.paging?.at).toBe('Trang 2/125')
    expect(drawn(second.chart?.json).rows).toHaveLength(unitsPerPage)
    expect(second.notes.at(-1)).toBe('Biểu đồ vẽ các cơ quan, đơn vị của trang này.')
    const found = rankingPage(results, only(results), { words: 'so x4999', page: 9 })
    expect(found.rows.map(({ name, place }) => [name, place])).toEqual([['Sở X4999', '5.000']])
    expect(found.paging).toBeNull()
    const nothing = rankingPage(results, only(results), { words: 'y', page: 1 })
    expect(nothing.search?.found).toContain('Không có cơ quan, đơn vị nào có tên như vậy')
  })

  test('never puts points of different scales on one axis', () => {
    const half = unitOf('B', 9, { total: { max: 10, points: 9, step: 0.01, status: 'ok' }, interval: null })
    const results = resultsOf({ units: [unitOf('A', 16, { interval: null }), half] })
    const chart = drawn(rankingPage(results, only(results), all).chart?.json)
    if (chart.kind !== 'dots') throw new Error('no dots')
    expect(chart.axis.unit).toBe('%')
    expect(chart.series[0]?.values).toEqual([90, 80])
  })
})

describe('a unit', () => {
  test('says points and rank, stands beside its level, and what one person can move', () => {
    const results = resultsOf({ units: three() })
    const [unit] = results.scores.units
    if (!unit) throw new Error('no unit')
    const page = unitScoresPage(results, unit, only(results))
    expect(page.heading).toBe('Sở A: 16,50/20 điểm, hạng 1/2')
    expect(page.findings).toEqual([
      'Khoảng tham khảo của tổng điểm: 15,50 – 17,50; khoảng này không phản ánh sai lệch khi trả lời.',
      'Chưa phân biệt được với các hạng 1–2 của cấp sở.',
      'Cao hơn mức chung của cấp sở ở 2/2 tiêu chí; vượt nhiều nhất ở “Tiêu chí 1.1”.',
    ])
    expect(page.criteria[0]).toMatchObject({
      points: { text: '8,25' },
      share: '83\u00a0%',
      ofLevel: { text: '72\u00a0%' },
      move: '± 1,25',
    })
    const chart = drawn(page.chart?.json)
    if (chart.kind !== 'dots') throw new Error('no dots')
    expect(
      chart.series.map(({ shape, values }) => [shape, ...values.map((each) => Math.round(each ?? -1))]),
    ).toEqual([
      ['circle', 83, 83],
      ['tick', 72, 73],
    ])
    // As far as one person moves it, never beyond the scale.
    expect(chart.rows[0]?.range?.map(Math.round)).toEqual([70, 95])
  })

  test('with too few answers shows no figure, and says by which rule and what the index takes instead', () => {
    const unit = unitOf('C', null, {
      fallback: 'zero',
      flags: [
        { kind: 'group-silent', group: 'CC' },
        { kind: 'group-below-half', group: 'LD' },
      ],
    })
    const results = resultsOf({ units: [unit] })
    const page = unitScoresPage(results, unit, only(results))
    expect(page.heading).toBe('Sở C: chưa đủ điều kiện hiện điểm')
    expect(page.chart).toBeNull()
    expect(page.flags).toEqual(['Công chức: không có phiếu thu về', 'Lãnh đạo: thu về dưới một nửa kế hoạch'])
    expect(page.findings).toEqual(['Khi tính Chỉ số, phần điểm điều tra là 0.'])
    expect(page.notes.join(' ')).toContain('2 tiêu chí không hiện: có dưới 5 người trả lời')
  })

  test('may have points and no rank', () => {
    const unit = unitOf('A', 15, { ranking: 'not-ranked' })
    const results = resultsOf({ units: [unit] })
    expect(unitScoresPage(results, unit, only(results)).heading).toBe(
      'Sở A: 15,00/20 điểm, chưa đủ điều kiện xếp hạng',
    )
    expect(rankingPage(results, only(results), all).rows[0]?.note).toBe('Chưa đủ điều kiện, không xếp hạng')
  })
})

describe('groups', () => {
  test('are compared criterion by criterion, the widest gap first', () => {
    expect(gapsOf(levelOf()).map(({ code, gap }) => [code, gap])).toEqual([
      ['1.1', 0.18],
      ['2.1', 0.05],
    ])
    const page = gapPage(resultsOf({ units: three() }))
    expect(page.heading).toBe('Các nhóm khác nhau nhiều nhất 18 điểm phần trăm, ở “Tiêu chí 1.1” (cấp sở)')
    expect(page.levels[0]?.finding).toBe(
      'Nhóm “Lãnh đạo” đánh giá cao hơn nhóm “Công chức” ở 1/2 tiêu chí so sánh được; khác nhau nhiều nhất ở “Tiêu chí 1.1”: 18 điểm phần trăm.',
    )
    expect(page.levels[0]?.rows.map(({ gap }) => gap)).toEqual(['18', '5'])
  })

  test('of which one is hidden are not compared', () => {
    const [leaders, staff] = levelOf().groups
    if (!leaders || !staff) throw new Error('no groups')
    const hidden = { ...staff, criteria: [criterionOf('1.1', null), criterionOf('2.1', 0.7)] }
    const page = gapPage(resultsOf({ units: three(), levels: [levelOf({ groups: [leaders, hidden] })] }))
    expect(page.levels[0]?.rows.map(({ code, gap }) => [code, gap])).toEqual([
      ['2.1', '0'],
      ['1.1', '–'],
    ])
    expect(page.levels[0]?.withheld).toContain('1/2 tiêu chí có nhóm ghi “–”')
    expect(drawn(page.levels[0]?.chart?.json).rows).toHaveLength(1)
  })

  test('of a level that has one alone: there is nothing to compare', () => {
    const page = gapPage(
      resultsOf({ units: three(), levels: [levelOf({ groups: levelOf().groups.slice(0, 1) })] }),
    )
    expect(page.heading).toContain('Chưa so sánh được các nhóm')
    expect(page.levels[0]).toMatchObject({ chart: null, rows: [] })
  })
})

describe('questions', () => {
  test('with the same way of answering stand in one picture; those without a spread come last', () => {
    const results = resultsOf({ units: three() })
    const page = itemsPage(results, only(results))
    expect(page.sections.map(({ title, rows }) => [title, rows.map(({ code }) => code)])).toEqual([
      ['Các câu trả lời từ “Kém” đến “Tốt”', ['A1']],
      ['Các câu không hiện phân bố', ['A2']],
    ])
    expect(page.sections[0]?.rows[0]).toMatchObject({ optOut: '8\u00a0%', blank: '≤ 5\u00a0%' })
  })

  test('that nearly all answered alike are drawn as far as is said: at least 95 %, the rest without a length', () => {
    const options = [
      { code: '1', label: 'Kém', share: 0.05, band: 'at-most' as const },
      { code: '2', label: 'Tốt', share: 0.95, band: 'at-least' as const },
    ]
    const level = levelOf({ items: [itemOf('A1', 0.95, { band: 'at-least', options })] })
    const results = resultsOf({ units: three(), levels: [level] })
    const chart = drawn(itemsPage(results, level).sections[0]?.chart?.json)
    if (chart.kind !== 'stack') throw new Error('no stack')
    expect(chart.rows[0]?.parts).toEqual([null, { text: '≥ 95\u00a0%', percent: 95 }])
    expect(chart.rows[0]?.end).toBe('≥ 95\u00a0%')
  })

  test('one by one show each group beside all, and lead to the next', () => {
    const results = resultsOf({ units: three() })
    const level = only(results)
    const [first] = level.items
    if (!first) throw new Error('no item')
    const page = itemPage(results, level, first)
    expect(page.heading).toBe('Câu A1, cấp sở: đạt 70\u00a0% số điểm')
    expect(page.columns).toEqual(['Tất cả', 'Lãnh đạo', 'Công chức'])
    expect(page.options[2]).toEqual({ label: 'Tốt', shares: ['50\u00a0%', '50\u00a0%', '50\u00a0%'] })
    expect([page.previous, page.next?.text]).toEqual([null, 'Câu A2'])
  })
})

describe('method and limits', () => {
  test('say how far the figures can be trusted, and what another choice would have changed', () => {
    const level = levelOf({
      spread: { withinSd: 3.214, ballots: 160, units: 20 },
      scales: [
        {
          questionnaire: 'chung',
          title: 'Lãnh đạo',
          items: 2,
          ballots: 90,
          alpha: 0.87,
          itemRest: [{ code: 'A1', text: 'Câu A1?', r: 0.41 }],
          status: 'ok',
        },
      ],
      sensitivity: [
        {
          setting: 'groups',
          choice: 'pooled',
          words: 'Các nhóm: gộp mọi câu trả lời',
          ranksMoved: 2,
          largestMove: 1,
          tau: 0.9,
          meanChange: -1,
        },
      ],
    })
    const [shown] = methodPage(resultsOf({ units: three(), levels: [level] })).levels
    expect(shown?.reliability.spread).toContain('lệch nhau khoảng 3,21 điểm')
    expect(shown?.reliability.scales[0]).toMatchObject({ alpha: '0,87', itemRest: [{ r: '0,41' }] })
    expect(shown?.sensitivity.finding).toBe(
      'Chọn khác đi ở một mục thì nhiều nhất 2/2 cơ quan, đơn vị đổi thứ hạng, nhiều nhất 1 hạng.',
    )
    expect(shown?.hidden.map(({ count }) => count)).toEqual(['1/3', '2/6', '0/2', '0/4', '1/4', '1/4'])
  })
})

describe('the pictures', () => {
  test('hold every value between round marks, and no name can end their data', () => {
    for (const [values, limit] of [
      [[16.5, 15, 17.5, 14], 30],
      [[0, 0.4], 30],
      [[30, 30], 30],
      [[71, 78], 100],
      [[0, 0], 10],
    ] as const) {
      const { min, max, step } = axisFor(values, limit, '')
      expect(min).toBeLessThanOrEqual(Math.min(...values))
      expect(max).toBeGreaterThanOrEqual(Math.max(...values))
      expect(min).toBeGreaterThanOrEqual(0)
      expect((max - min) / step).toBeLessThanOrEqual(9)
    }
    expect(shadesFor(5)).toEqual([0, 2, 3, 5, 6])
    const results = resultsOf({ units: ranked([unitOf('A', 15, { name: '</script><b>' })]) })
    const page = rankingPage(results, only(results), all)
    expect(page.chart?.json).not.toContain('<')
    const html = createRenderer({ strict: true }).view('score/ranking', page)
    expect(html).toContain('&lt;/script&gt;&lt;b&gt;')
    expect(html).toMatch(
      /<canvas id="bieu-do-xep-hang" role="img" aria-label="[^"]+; số liệu ở bảng bên dưới">/,
    )
  })

  test('know no highest among equals', () => {
    expect(extremes([{ share: 0.5 }, { share: 0.5 }])).toEqual({ highest: [], lowest: [] })
    expect(inOrder([unitOf('B', null), unitOf('A', null)]).map(({ code }) => code)).toEqual(['A', 'B'])
  })
})
