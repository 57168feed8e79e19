// Reads a survey's folder (README, "Folder format") into a definition. Every slip is collected with file, row, column
// and the mend, so that a clerk corrects all of them in one go; nothing is stored while one is left.
import Fraction from 'fraction.js'
import { leavesOf, type CriteriaSet, type Criterion } from './criteria.ts'
import {
  CriterionRow,
  GroupRow,
  ItemRow,
  LevelRow,
  OptionRow,
  QuotaRow,
  SurveyHead,
  UnitRow,
  type SurveyDefinition,
} from './definition.ts'
import {
  emptyTable,
  mayHold,
  readTable,
  readText,
  sentenceOf,
  type Fail,
  type FolderError,
  type FolderFiles,
  type Row,
  type Table,
} from './folder-table.ts'
import { itemsOf, type Option, type Questionnaire } from './questionnaire.ts'

export type FolderResult =
  { ok: true; definition: SurveyDefinition; warnings: FolderError[] } | { ok: false; errors: FolderError[] }

/** "units.csv, dòng 5, cột level: …" */
export function describeError({ file, row, column, message }: FolderError): string {
  const place = [file, row === null ? '' : `dòng ${row}`, column === null ? '' : `cột ${column}`]
  return `${place.filter((part) => part !== '').join(', ')}: ${message}`
}

type Level = Row<typeof LevelRow>
type Unit = Row<typeof UnitRow>
type Group = Row<typeof GroupRow>
type Quota = Row<typeof QuotaRow>
type ItemOfFile = Row<typeof ItemRow>
type CriterionOfFile = Row<typeof CriterionRow>
/** Code of a questionnaire → the table of its file. */
type Items = ReadonlyMap<string, Table<ItemOfFile>>

/** A respondent's answers travel in one cookie of at most 3.5 KB: one byte an item, so this many items at most. */
const mostItems = 400

/** Checks the folder as a whole. Pure: files in, definition or errors out. */
export function readFolder(files: FolderFiles): FolderResult {
  const errors: FolderError[] = []
  const warnings: FolderError[] = []
  const fail: Fail = (file, row, column, message) => void errors.push({ file, row, column, message })
  const warn: Fail = (file, row, column, message) => void warnings.push({ file, row, column, message })

  const head = readHead(files, fail)
  const levels = readTable(files, 'levels.csv', LevelRow, fail)
  const units = readTable(files, 'units.csv', UnitRow, fail)
  const groups = readTable(files, 'groups.csv', GroupRow, fail)
  const quotas = files.has('quotas.csv') ? readTable(files, 'quotas.csv', QuotaRow, fail) : emptyTable<Quota>()
  const optionRows = readTable(files, 'options.csv', OptionRow, fail)
  const criteria = readTable(files, 'criteria.csv', CriterionRow, fail)
  const items = readItems(files, groups, fail)

  checkUnique('levels.csv', 'code', levels, (level) => level.code, fail)
  checkUnique('units.csv', 'code', units, (unit) => unit.code, fail)
  checkUnique('groups.csv', 'code', groups, (group) => `${group.level}/${group.code}`, fail)
  checkUnique('options.csv', 'option', optionRows, (option) => `${option.set}/${option.option}`, fail)
  checkUnique('criteria.csv', 'code', criteria, (criterion) => `${criterion.level}/${criterion.code}`, fail)
  checkUnique('quotas.csv', 'group', quotas, (quota) => `${quota.unit}/${quota.group}`, fail)

  checkUnits(levels, units, fail)
  checkGroups(levels, units, groups, fail)
  const optionSets = buildOptionSets(optionRows, fail)
  const criteriaSets = buildCriteriaSets(levels, criteria, fail)
  checkItems(items, groups, optionRows, criteria, fail)
  const questionnaires = buildQuestionnaires(items, optionSets, fail)
  const strata = buildStrata(levels, units, groups, quotas, fail)
  checkLeavesAreAsked(criteria, groups, items, fail, warn)
  checkWeights(head, groups, fail)

  if (errors.length > 0 || head === undefined) return { ok: false, errors }
  warnUnusedFiles(files, items, warn)
  warnSmallUnits(head, units.rows, strata, warn)
  warnFixedWeights(head, criteria.rows, warn)
  return {
    ok: true,
    warnings,
    definition: {
      head,
      levels: levels.rows,
      units: units.rows,
      groups: groups.rows,
      strata,
      questionnaires,
      criteriaSets: [...criteriaSets.values()],
    },
  }
}

function readHead(files: FolderFiles, fail: Fail): SurveyHead | undefined {
  const file = 'survey.json'
  const text = readText(files, file, fail)
  if (text === undefined) return undefined
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    const line = /line (\d+)/.exec(String(error))?.[1]
    const mend = 'Hãy kiểm tra dấu ngoặc và dấu phẩy.'
    fail(file, line === undefined ? null : Number(line), null, `không phải JSON hợp lệ. ${mend}`)
    return undefined
  }
  const head = SurveyHead.safeParse(json)
  if (head.success) return head.data
  for (const issue of head.error.issues) fail(file, null, issue.path.join('.') || null, sentenceOf(issue))
  return undefined
}

function checkUnique<Each extends { row: number }>(
  file: string,
  column: string,
  table: Table<Each>,
  key: (row: Each) => string,
  fail: Fail,
): void {
  const first = new Map<string, number>()
  for (const each of table.rows) {
    const before = first.get(key(each))
    if (before === undefined) first.set(key(each), each.row)
    else
      fail(file, each.row, column, `mã "${key(each)}" đã có ở dòng ${before}. Hãy đổi mã hoặc xóa dòng thừa.`)
  }
}

function checkUnits(levels: Table<Level>, units: Table<Unit>, fail: Fail): void {
  const file = 'units.csv'
  const levelCodes = keysOf(levels, (level) => level.code ?? '')
  const unitCodes = keysOf(units, (unit) => unit.code ?? '')
  for (const unit of units.rows) {
    if (!levelCodes.has(unit.level)) fail(file, unit.row, 'level', unknownLevel(unit.level))
    if (unit.parent !== '' && !unitCodes.has(unit.parent)) {
      const message = `đơn vị cấp trên "${unit.parent}" không có trong tệp. Hãy sửa mã hoặc thêm đơn vị đó.`
      fail(file, unit.row, 'parent', message)
    }
  }
}

function unknownLevel(code: string): string {
  return `cấp "${code}" không có trong levels.csv. Hãy sửa mã cấp hoặc thêm cấp đó.`
}

function checkGroups(levels: Table<Level>, units: Table<Unit>, groups: Table<Group>, fail: Fail): void {
  const file = 'groups.csv'
  const levelCodes = keysOf(levels, (level) => level.code ?? '')
  for (const group of groups.rows) {
    if (!levelCodes.has(group.level)) fail(file, group.row, 'level', unknownLevel(group.level))
    if (levels.rows.some((level) => level.code === group.level && !level.surveyed)) {
      const message = `cấp "${group.level}" không điều tra (surveyed = 0). Hãy đổi thành 1 hoặc xóa nhóm này.`
      fail(file, group.row, 'level', message)
    }
    if (group.quota === 0) {
      const message = 'nhóm chưa có số phiếu theo kế hoạch. Hãy nhập số người mỗi đơn vị, ít nhất 1.'
      fail(file, group.row, 'quota', message)
    }
  }
  const withGroups = keysOf(groups, (group) => group.level ?? '')
  const withUnits = keysOf(units, (unit) => unit.level ?? '')
  for (const { code, row } of levels.rows.filter((level) => level.surveyed)) {
    if (!withGroups.has(code)) {
      const message = `cấp "${code}" chưa có nhóm đối tượng nào. Hãy thêm nhóm vào groups.csv.`
      fail('levels.csv', row, 'code', message)
    }
    if (!withUnits.has(code)) {
      const message = `cấp "${code}" chưa có cơ quan, đơn vị nào. Hãy thêm vào units.csv.`
      fail('levels.csv', row, 'code', message)
    }
  }
}

function buildOptionSets(rows: Row<typeof OptionRow>[], fail: Fail): Map<string, Option[]> {
  const sets = new Map<string, Option[]>()
  const file = 'options.csv'
  for (const each of rows) {
    const set = sets.get(each.set) ?? []
    sets.set(each.set, set)
    const optOut = each.opt_out
    if (optOut && each.coefficient !== '') {
      fail(
        file,
        each.row,
        'coefficient',
        'phương án "không biết / không có ý kiến" không có hệ số. Hãy để trống ô này.',
      )
    }
    if (!optOut && each.coefficient === '') {
      fail(file, each.row, 'coefficient', 'phương án này chưa có hệ số. Hãy nhập số từ 0 đến 1.')
    }
    if (each.coefficient !== '' && new Fraction(each.coefficient).gt(1)) {
      fail(file, each.row, 'coefficient', 'hệ số lớn hơn 1. Hãy nhập số từ 0 đến 1.')
    }
    if (set.some((option) => option.label === each.label)) {
      fail(
        file,
        each.row,
        'label',
        'hai phương án cùng bộ có cùng nội dung. Hãy viết khác nhau để người trả lời phân biệt được.',
      )
    }
    if (optOut && set.some((option) => option.optOut)) {
      fail(
        file,
        each.row,
        'opt_out',
        'mỗi bộ chỉ có một phương án không biết / không có ý kiến. Hãy xóa dòng thừa.',
      )
    }
    set.push({
      code: each.option,
      label: each.label,
      coefficient: optOut ? null : each.coefficient || '0',
      optOut,
    })
    if (set.length === 11) fail(file, each.row, 'set', 'bộ này có quá 10 phương án. Hãy bớt phương án.')
  }
  for (const [code, set] of sets) {
    if (set.filter((option) => !option.optOut).length >= 2) continue
    const row = rows.find((each) => each.set === code)?.row ?? null
    fail(file, row, 'set', `bộ "${code}" cần ít nhất hai phương án có hệ số. Hãy thêm phương án.`)
  }
  return sets
}

function buildCriteriaSets(
  levels: Row<typeof LevelRow>[],
  rows: Row<typeof CriterionRow>[],
  fail: Fail,
): Map<string, CriteriaSet> {
  const file = 'criteria.csv'
  for (const each of rows) {
    if (levels.some((level) => level.code === each.level)) continue
    fail(
      file,
      each.row,
      'level',
      `cấp "${each.level}" không có trong levels.csv. Hãy sửa mã cấp hoặc thêm cấp đó.`,
    )
  }
  const sets = new Map<string, CriteriaSet>()
  for (const level of levels) {
    const own = rows.filter((each) => each.level === level.code)
    if (own.length === 0) {
      if (level.surveyed)
        fail(file, null, 'level', `cấp "${level.code}" chưa có Bộ chỉ số. Hãy thêm các tiêu chí của cấp này.`)
      continue
    }
    checkCriteria(own, fail)
    const set: Criterion[] = own.map(({ code, parent, name, max, method }) => ({
      code,
      parent: parent || null,
      name,
      max,
      method: method || null,
    }))
    sets.set(level.code, { level: level.code, rows: set })
  }
  return sets
}

/** Parents stand before children, leaves and only leaves have a method, and points add up: exactly, in fractions. */
function checkCriteria(rows: Row<typeof CriterionRow>[], fail: Fail): void {
  const file = 'criteria.csv'
  const level = rows[0]?.level ?? ''
  const seen = new Set<string>()
  for (const each of rows) {
    if (each.code === 'bonus' || each.code === 'penalty') {
      fail(file, each.row, 'code', `mã "${each.code}" dành cho điểm thưởng, điểm trừ. Hãy đặt mã khác.`)
    }
    if (each.parent !== '' && !seen.has(each.parent)) {
      fail(
        file,
        each.row,
        'parent',
        `tiêu chí cha "${each.parent}" không đứng ở trên. Hãy sửa mã hoặc đưa tiêu chí cha lên trước.`,
      )
    }
    seen.add(each.code)
    const children = rows.filter((other) => other.parent === each.code)
    if (children.length === 0 && each.method === '') {
      fail(
        file,
        each.row,
        'method',
        'tiêu chí cuối cùng phải ghi cách chấm. Hãy nhập appraised (thẩm định) hoặc survey (điều tra).',
      )
    }
    if (children.length === 0) continue
    if (each.method !== '') {
      fail(
        file,
        each.row,
        'method',
        'tiêu chí có tiêu chí thành phần thì để trống ô này; cách chấm ghi ở tiêu chí thành phần.',
      )
    }
    const sum = sumOf(children.map((child) => child.max))
    if (!sum.equals(each.max)) {
      fail(
        file,
        each.row,
        'max',
        `điểm không khớp: các tiêu chí thành phần cộng lại ${sum.toString()}, ô này ghi ${each.max}. Hãy sửa cho bằng nhau.`,
      )
    }
  }
  const total = sumOf(rows.filter((each) => each.parent === '').map((each) => each.max))
  if (!total.equals(100)) {
    fail(
      file,
      rows[0]?.row ?? null,
      'max',
      `các lĩnh vực của cấp "${level}" cộng lại ${total.toString()} điểm. Hãy sửa để tổng bằng 100.`,
    )
  }
}

function sumOf(numbers: string[]): Fraction {
  return numbers.reduce((sum, each) => sum.add(each), new Fraction(0))
}

function buildQuestionnaires(
  files: FolderFiles,
  groups: Row<typeof GroupRow>[],
  optionSets: Map<string, Option[]>,
  criteriaSets: Map<string, CriteriaSet>,
  fail: Fail,
): Questionnaire[] {
  const codes = [...new Set(groups.map((group) => group.questionnaire))]
  return codes.flatMap((code) => {
    const file = `questionnaires/${code}.csv`
    if (!files.has(file)) {
      const row = groups.find((group) => group.questionnaire === code)?.row ?? null
      fail('groups.csv', row, 'questionnaire', `không có tệp ${file}. Hãy thêm tệp hoặc sửa tên bộ câu hỏi.`)
      return []
    }
    const rows = readTable(files, file, ItemRow, fail)
    checkUnique(file, 'item', rows, (item) => item.item, fail)
    if (rows.length > mostItems)
      fail(file, null, null, `có ${rows.length} câu hỏi, nhiều nhất ${mostItems}. Hãy bớt câu hỏi.`)
    const levels = [
      ...new Set(groups.filter((group) => group.questionnaire === code).map((group) => group.level)),
    ]
    for (const item of rows) checkItem(file, item, levels, optionSets, criteriaSets, fail)
    const sections = sectionsOf(file, rows, optionSets, fail)
    return sections.length === 0 ? [] : [{ code, version: 1, sections }]
  })
}

function checkItem(
  file: string,
  item: Row<typeof ItemRow>,
  levels: string[],
  optionSets: Map<string, Option[]>,
  criteriaSets: Map<string, CriteriaSet>,
  fail: Fail,
): void {
  if (!optionSets.has(item.options)) {
    fail(
      file,
      item.row,
      'options',
      `bộ phương án "${item.options}" không có trong options.csv. Hãy sửa mã hoặc thêm bộ đó.`,
    )
  }
  for (const level of levels) {
    const set = criteriaSets.get(level)
    if (!set) continue
    const leaf = set.rows.find((row) => row.code === item.criterion)
    if (!leaf) {
      fail(
        file,
        item.row,
        'criterion',
        `tiêu chí "${item.criterion}" không có trong Bộ chỉ số cấp "${level}". Hãy sửa mã tiêu chí.`,
      )
    } else if (leaf.method !== 'survey') {
      fail(
        file,
        item.row,
        'criterion',
        `tiêu chí "${item.criterion}" không chấm bằng điều tra xã hội học. Hãy chọn tiêu chí có method = survey.`,
      )
    }
  }
}

/** Sections in the order of their first item; a section that is taken up again later is a slip of the row order. */
function sectionsOf(
  file: string,
  rows: Row<typeof ItemRow>[],
  optionSets: Map<string, Option[]>,
  fail: Fail,
): Questionnaire['sections'] {
  const sections: Questionnaire['sections'] = []
  for (const row of rows) {
    const last = sections.at(-1)
    const item = {
      code: row.item,
      text: row.text,
      criterion: row.criterion,
      reversed: row.reversed,
      options: optionSets.get(row.options) ?? [],
    }
    if (last?.code === row.section) {
      if (last.title !== row.section_title) {
        fail(
          file,
          row.row,
          'section_title',
          `phần "${row.section}" mang hai tên. Hãy ghi cùng một tên ở mọi dòng của phần.`,
        )
      }
      last.items.push(item)
    } else if (sections.some((section) => section.code === row.section)) {
      fail(
        file,
        row.row,
        'section',
        `phần "${row.section}" bị ngắt quãng. Hãy xếp các câu của một phần liền nhau.`,
      )
    } else {
      sections.push({ code: row.section, title: row.section_title, items: [item] })
    }
  }
  return sections
}

function buildStrata(
  levels: Row<typeof LevelRow>[],
  units: Row<typeof UnitRow>[],
  groups: Row<typeof GroupRow>[],
  quotas: Row<typeof QuotaRow>[],
  fail: Fail,
): SurveyDefinition['strata'] {
  const surveyed = new Set(levels.filter((level) => level.surveyed).map((level) => level.code))
  const strata = units
    .filter((unit) => surveyed.has(unit.level))
    .flatMap((unit) =>
      groups
        .filter((group) => group.level === unit.level)
        .map((group) => ({ unit: unit.code, group: group.code, quota: group.quota, reserve: group.reserve })),
    )
  const byKey = new Map(strata.map((stratum) => [`${stratum.unit}/${stratum.group}`, stratum]))
  for (const each of quotas) {
    const stratum = byKey.get(`${each.unit}/${each.group}`)
    if (stratum) Object.assign(stratum, { quota: each.quota, reserve: each.reserve })
    else
      fail(
        'quotas.csv',
        each.row,
        'unit',
        `không có nhóm "${each.group}" ở đơn vị "${each.unit}". Hãy sửa mã đơn vị hoặc mã nhóm.`,
      )
  }
  return strata
}

/** A survey leaf without an item could never get points; one with a single item says more about single answers. */
function checkLeavesAreAsked(
  criteria: Row<typeof CriterionRow>[],
  sets: Map<string, CriteriaSet>,
  groups: Row<typeof GroupRow>[],
  questionnaires: Questionnaire[],
  fail: Fail,
  warn: (message: { row: number | null; text: string }) => void,
): void {
  for (const set of sets.values()) {
    const asked = groups
      .filter((group) => group.level === set.level)
      .flatMap((group) => questionnaires.filter((each) => each.code === group.questionnaire))
    if (asked.length === 0) continue
    for (const leaf of leavesOf(set, 'survey')) {
      const row = criteria.find((each) => each.level === set.level && each.code === leaf.code)?.row ?? null
      const most = Math.max(
        ...asked.map((each) => itemsOf(each).filter((item) => item.criterion === leaf.code).length),
      )
      if (most === 0) {
        fail(
          'criteria.csv',
          row,
          'code',
          `tiêu chí điều tra "${leaf.code}" chưa có câu hỏi nào. Hãy thêm câu hỏi hoặc đổi cách chấm.`,
        )
      } else if (most === 1) {
        warn({ row, text: `tiêu chí "${leaf.code}" chỉ dựa trên một câu hỏi. Nên có từ hai câu trở lên.` })
      }
    }
  }
}

/** Fixed weights must name every group; a missing one would be found only when the scores are made. */
function checkWeights(head: SurveyHead | undefined, groups: Row<typeof GroupRow>[], fail: Fail): void {
  const scoring = head?.settings.scoring
  if (scoring?.groups !== 'fixed') return
  for (const code of new Set(groups.map((group) => group.code))) {
    if (scoring.fixedWeights[code] !== undefined) continue
    fail(
      'survey.json',
      null,
      'settings.scoring.fixedWeights',
      `thiếu trọng số của nhóm "${code}". Hãy thêm trọng số.`,
    )
  }
}

/** Measured on 5 + 4 people: with weights such as 70/30 two decimals on many points tell the groups' sums apart. */
function warnFixedWeights(
  head: SurveyHead,
  criteria: Row<typeof CriterionRow>[],
  warnings: FolderError[],
): void {
  if (head.settings.scoring.groups !== 'fixed') return
  const message =
    'trọng số nhóm cố định với tiêu chí trên 2 điểm có thể làm lộ điểm của từng nhóm. Nên dùng sample-design hoặc tách tiêu chí.'
  for (const each of criteria) {
    if (each.method !== 'survey' || new Fraction(each.max).lte(2)) continue
    warnings.push({ file: 'criteria.csv', row: each.row, column: 'max', message })
  }
}

function warnSmallUnits(
  head: SurveyHead,
  units: Row<typeof UnitRow>[],
  strata: SurveyDefinition['strata'],
  warnings: FolderError[],
): void {
  for (const unit of units) {
    const own = strata.filter((stratum) => stratum.unit === unit.code)
    const people = own.reduce((sum, stratum) => sum + stratum.quota, 0)
    if (own.length === 0 || people > head.settings.k) continue
    const message = `chỉ có ${people} người được hỏi; cần ít nhất ${head.settings.k + 1} để công bố điểm của đơn vị mà không lộ câu trả lời.`
    warnings.push({ file: 'units.csv', row: unit.row, column: 'code', message })
  }
}
