// Reads a survey's folder (README, "Folder format") into a definition. Every slip is collected with file, row, column
// and the mend, so that a clerk corrects all of them in one go; nothing is stored while one is left.
import Fraction from 'fraction.js'
import type { CriteriaSet, Criterion } from './criteria.ts'
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
  isWhole,
  keysOf,
  readTable,
  readText,
  sentenceOf,
  type Fail,
  type FolderError,
  type FolderFiles,
  type Row,
  type Table,
} from './folder-table.ts'
import type { Option, Questionnaire } from './questionnaire.ts'
import { slipsOfScoring } from './settings.ts'

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
  const quotas = files.has('quotas.csv')
    ? readTable(files, 'quotas.csv', QuotaRow, fail)
    : emptyTable<Quota>()
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
  checkWeights(head, groups, items, fail)

  if (errors.length > 0 || head === undefined) return { ok: false, errors }
  warnUnusedFiles(files, items, warn)
  warnSmallUnits(head, units.rows, strata, warn)
  warnFixedWeights(head, criteria.rows, warn)
  warnSilencePays(head, warn)
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
  const levelCodes = keysOf(levels, 'code')
  const unitCodes = keysOf(units, 'code')
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
  const levelCodes = keysOf(levels, 'code')
  for (const group of groups.rows) {
    if (!levelCodes.has(group.level)) fail(file, group.row, 'level', unknownLevel(group.level))
    if (levels.rows.find((level) => level.code === group.level)?.surveyed === false) {
      const message = `cấp "${group.level}" không điều tra (surveyed = 0). Hãy đổi thành 1 hoặc xóa nhóm này.`
      fail(file, group.row, 'level', message)
    }
    if (group.quota === 0) {
      const message = 'nhóm chưa có số phiếu theo kế hoạch. Hãy nhập số người mỗi đơn vị, ít nhất 1.'
      fail(file, group.row, 'quota', message)
    }
  }
  const withGroups = keysOf(groups, 'level')
  const withUnits = keysOf(units, 'level')
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

function buildOptionSets(table: Table<Row<typeof OptionRow>>, fail: Fail): Map<string, Option[]> {
  const sets = new Map<string, Option[]>()
  const file = 'options.csv'
  for (const each of table.rows) {
    const { row, opt_out: optOut } = each
    const set = sets.get(each.set) ?? []
    sets.set(each.set, set)
    if (optOut && each.coefficient !== '') {
      const message = 'phương án "không biết / không có ý kiến" không có hệ số. Hãy để trống ô này.'
      fail(file, row, 'coefficient', message)
    }
    if (!optOut && each.coefficient === '')
      fail(file, row, 'coefficient', 'phương án này chưa có hệ số. Hãy nhập số từ 0 đến 1.')
    if (each.coefficient !== '' && new Fraction(each.coefficient).gt(1))
      fail(file, row, 'coefficient', 'hệ số lớn hơn 1. Hãy nhập số từ 0 đến 1.')
    if (set.some((option) => looksLike(option.label, each.label))) {
      const message =
        'hai phương án cùng bộ có cùng nội dung. Hãy viết khác nhau để người trả lời phân biệt được.'
      fail(file, row, 'label', message)
    }
    if (optOut && set.some((option) => option.optOut)) {
      const message = 'mỗi bộ chỉ có một phương án không biết / không có ý kiến. Hãy xóa dòng thừa.'
      fail(file, row, 'opt_out', message)
    }
    const coefficient = optOut ? null : each.coefficient || '0'
    set.push({ code: each.option, label: each.label, coefficient, optOut })
    if (set.length === 11) fail(file, row, 'set', 'bộ này có quá 10 phương án. Hãy bớt phương án.')
  }
  for (const [code, set] of sets) {
    if (set.filter((option) => !option.optOut).length >= 2) continue
    if (table.slipped.some((each) => each.set === code)) continue
    const row = table.rows.find((each) => each.set === code)?.row ?? null
    fail(file, row, 'set', `bộ "${code}" cần ít nhất hai phương án có hệ số. Hãy thêm phương án.`)
  }
  return sets
}

/** Capitals and spaces make no difference that a respondent would see. */
function looksLike(one: string, other: string): boolean {
  const folded = (label: string) => label.toLowerCase().replace(/\s+/g, ' ')
  return folded(one) === folded(other)
}

function buildCriteriaSets(
  levels: Table<Level>,
  criteria: Table<CriterionOfFile>,
  fail: Fail,
): Map<string, CriteriaSet> {
  const file = 'criteria.csv'
  const levelCodes = keysOf(levels, 'code')
  for (const each of criteria.rows)
    if (!levelCodes.has(each.level)) fail(file, each.row, 'level', unknownLevel(each.level))
  const withCriteria = keysOf(criteria, 'level')
  const sets = new Map<string, CriteriaSet>()
  for (const level of levels.rows) {
    if (level.surveyed && !withCriteria.has(level.code))
      fail(file, null, 'level', `cấp "${level.code}" chưa có Bộ chỉ số. Hãy thêm các tiêu chí của cấp này.`)
    const own = criteria.rows.filter((each) => each.level === level.code)
    if (own.length === 0 || sets.has(level.code)) continue
    const slipped = criteria.slipped.filter((each) => each.level === level.code)
    checkCriteria(own, slipped, fail)
    const rows: Criterion[] = own.map(({ code, parent, name, max, method }) => ({
      code,
      parent: parent || null,
      name,
      max,
      method: method || null,
    }))
    sets.set(level.code, { level: level.code, rows })
  }
  return sets
}

/** Parents stand before children, leaves and only leaves have a method, and points add up: exactly, in fractions. */
function checkCriteria(rows: CriterionOfFile[], slipped: Record<string, string>[], fail: Fail): void {
  const file = 'criteria.csv'
  const seen = new Set(slipped.map((each) => each.code))
  for (const each of rows) {
    if (each.code === 'bonus' || each.code === 'penalty') {
      const message = `mã "${each.code}" dành cho điểm thưởng, điểm trừ. Hãy đặt mã khác.`
      fail(file, each.row, 'code', message)
    }
    if (each.parent !== '' && !seen.has(each.parent)) {
      const message = `tiêu chí cha "${each.parent}" không đứng ở trên. Hãy sửa mã hoặc đưa tiêu chí cha lên trước.`
      fail(file, each.row, 'parent', message)
    }
    seen.add(each.code)
    const children = [...rows, ...slipped].filter((other) => other.parent === each.code)
    if (children.length === 0 && each.method === '') {
      const message =
        'tiêu chí cuối cùng phải ghi cách chấm. Hãy nhập appraised (thẩm định) hoặc survey (điều tra).'
      fail(file, each.row, 'method', message)
    }
    if (children.length > 0 && each.method !== '') {
      const message =
        'tiêu chí có tiêu chí thành phần thì để trống ô này; cách chấm ghi ở tiêu chí thành phần.'
      fail(file, each.row, 'method', message)
    }
  }
  // A row that could not be read has no points to add: its own slip says so.
  if (slipped.length === 0) checkPointsAddUp(rows, fail)
}

function checkPointsAddUp(rows: CriterionOfFile[], fail: Fail): void {
  const file = 'criteria.csv'
  const sumOf = (some: CriterionOfFile[]) => some.reduce((sum, each) => sum.add(each.max), new Fraction(0))
  for (const each of rows) {
    const children = rows.filter((other) => other.parent === each.code)
    const sum = sumOf(children)
    if (children.length === 0 || sum.equals(each.max)) continue
    const found = `các tiêu chí thành phần cộng lại ${sum.toString()}, ô này ghi ${each.max}`
    fail(file, each.row, 'max', `điểm không khớp: ${found}. Hãy sửa cho bằng nhau.`)
  }
  const [first] = rows
  const total = sumOf(rows.filter((each) => each.parent === ''))
  if (first === undefined || total.equals(100)) return
  const found = `các lĩnh vực của cấp "${first.level}" cộng lại ${total.toString()} điểm`
  fail(file, first.row, 'max', `${found}. Hãy sửa để tổng bằng 100.`)
}

/** The questionnaires that the groups name. */
function readItems(files: FolderFiles, groups: Table<Group>, fail: Fail): Items {
  const items = new Map<string, Table<ItemOfFile>>()
  for (const { questionnaire, row } of groups.rows) {
    const file = questionnaireFile(questionnaire)
    if (items.has(questionnaire)) continue
    if (!files.has(file)) {
      const message = `không có tệp ${file}. Hãy thêm tệp hoặc sửa tên bộ câu hỏi.`
      fail('groups.csv', row, 'questionnaire', message)
      items.set(questionnaire, { rows: [], read: false, slipped: [] })
      continue
    }
    const table = readTable(files, file, ItemRow, fail)
    checkUnique(file, 'item', table, (item) => item.item, fail)
    if (table.rows.length > mostItems)
      fail(file, null, null, `có ${table.rows.length} câu hỏi, nhiều nhất ${mostItems}. Hãy bớt câu hỏi.`)
    items.set(questionnaire, table)
  }
  return items
}

function questionnaireFile(code: string): string {
  return `questionnaires/${code}.csv`
}

function checkItems(
  items: Items,
  groups: Table<Group>,
  options: Table<Row<typeof OptionRow>>,
  criteria: Table<CriterionOfFile>,
  fail: Fail,
): void {
  const optionSets = keysOf(options, 'set')
  const criterionCodes = keysOf(criteria, 'level', 'code')
  const levelsWithCriteria = keysOf(criteria, 'level')
  for (const [code, table] of items) {
    const file = questionnaireFile(code)
    const own = groups.rows.filter((group) => group.questionnaire === code)
    const levels = [...new Set(own.map((group) => group.level))].filter((each) =>
      levelsWithCriteria.has(each),
    )
    for (const item of table.rows) {
      if (!optionSets.has(item.options)) {
        const message = `bộ phương án "${item.options}" không có trong options.csv. Hãy sửa mã hoặc thêm bộ đó.`
        fail(file, item.row, 'options', message)
      }
      for (const level of levels) {
        const leaf = criteria.rows.find((row) => row.level === level && row.code === item.criterion)
        if (leaf !== undefined && leaf.method !== 'survey') {
          const message = `tiêu chí "${item.criterion}" không chấm bằng điều tra xã hội học. Hãy chọn tiêu chí có method = survey.`
          fail(file, item.row, 'criterion', message)
        }
        if (!criterionCodes.has(`${level}/${item.criterion}`)) {
          const message = `tiêu chí "${item.criterion}" không có trong Bộ chỉ số cấp "${level}". Hãy sửa mã tiêu chí.`
          fail(file, item.row, 'criterion', message)
        }
      }
    }
  }
}

function buildQuestionnaires(items: Items, optionSets: Map<string, Option[]>, fail: Fail): Questionnaire[] {
  return [...items].flatMap(([code, { rows }]) => {
    const sections = sectionsOf(questionnaireFile(code), rows, optionSets, fail)
    return sections.length === 0 ? [] : [{ code, version: 1, sections }]
  })
}

/** Sections in the order of their first item; a section that is taken up again later is a slip of the row order. */
function sectionsOf(
  file: string,
  rows: ItemOfFile[],
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
        const message = `phần "${row.section}" mang hai tên. Hãy ghi cùng một tên ở mọi dòng của phần.`
        fail(file, row.row, 'section_title', message)
      }
      last.items.push(item)
    } else if (sections.some((section) => section.code === row.section)) {
      const message = `phần "${row.section}" bị ngắt quãng. Hãy xếp các câu của một phần liền nhau.`
      fail(file, row.row, 'section', message)
    } else {
      sections.push({ code: row.section, title: row.section_title, items: [item] })
    }
  }
  return sections
}

function buildStrata(
  levels: Table<Level>,
  units: Table<Unit>,
  groups: Table<Group>,
  quotas: Table<Quota>,
  fail: Fail,
): SurveyDefinition['strata'] {
  const surveyed = new Set(levels.rows.filter((level) => level.surveyed).map((level) => level.code))
  const strata = units.rows
    .filter((unit) => surveyed.has(unit.level))
    .flatMap((unit) =>
      groups.rows
        .filter((group) => group.level === unit.level)
        .map((group) => ({ unit: unit.code, group: group.code, quota: group.quota, reserve: group.reserve })),
    )
  const byKey = new Map(strata.map((stratum) => [`${stratum.unit}/${stratum.group}`, stratum]))
  for (const each of quotas.rows) {
    const stratum = byKey.get(`${each.unit}/${each.group}`)
    if (stratum) Object.assign(stratum, { quota: each.quota, reserve: each.reserve })
    else if (isWhole(levels, units, groups)) {
      const message = `không có nhóm "${each.group}" ở đơn vị "${each.unit}". Hãy sửa mã đơn vị hoặc mã nhóm.`
      fail('quotas.csv', each.row, 'unit', message)
    }
  }
  return strata
}

/** A survey leaf without an item could never get points; one with a single item says more about single answers. */
function checkLeavesAreAsked(
  criteria: Table<CriterionOfFile>,
  groups: Table<Group>,
  items: Items,
  fail: Fail,
  warn: Fail,
): void {
  if (!isWhole(groups, ...items.values())) return
  const file = 'criteria.csv'
  for (const leaf of criteria.rows.filter((each) => each.method === 'survey')) {
    const asked = groups.rows
      .filter((group) => group.level === leaf.level)
      .map((group) => items.get(group.questionnaire)?.rows ?? [])
    if (asked.length === 0) continue
    const most = Math.max(...asked.map((rows) => rows.filter((item) => item.criterion === leaf.code).length))
    if (most === 0) {
      const message = `tiêu chí điều tra "${leaf.code}" chưa có câu hỏi nào. Hãy thêm câu hỏi hoặc đổi cách chấm.`
      fail(file, leaf.row, 'code', message)
    } else if (most === 1) {
      const message = `tiêu chí "${leaf.code}" chỉ dựa trên một câu hỏi. Nên có từ hai câu trở lên.`
      warn(file, leaf.row, 'code', message)
    }
  }
}

/** Weights must name every group and questions that exist; a slip would be found only when the scores are made. */
function checkWeights(head: SurveyHead | undefined, groups: Table<Group>, items: Items, fail: Fail): void {
  if (!head) return
  const codes = new Set([...items.values()].flatMap(({ rows }) => rows.map(({ item }) => item)))
  for (const { setting, message } of slipsOfScoring(head.settings.scoring, {
    groups: groups.rows,
    items: codes,
  })) {
    if (setting === 'itemWeights' && !isWhole(groups, ...items.values())) continue
    const mend = message.startsWith('thiếu') ? 'Hãy thêm trọng số.' : 'Hãy sửa trọng số.'
    fail('survey.json', null, `settings.scoring.${setting}`, `${message} ${mend}`)
  }
}

const knownFiles = [
  'survey.json',
  'levels.csv',
  'units.csv',
  'groups.csv',
  'quotas.csv',
  'options.csv',
  'criteria.csv',
]

/** A misspelt quotas.csv would otherwise be passed over in silence. */
function warnUnusedFiles(files: FolderFiles, items: Items, warn: Fail): void {
  const used = new Set([...knownFiles, ...[...items.keys()].map(questionnaireFile)])
  for (const file of files.keys()) {
    if (!used.has(file)) warn(file, null, null, 'tệp này không được dùng. Hãy kiểm tra tên tệp.')
  }
}

/** With weights such as 70/30 two decimals on many points would tell groups apart; they are printed more coarsely. */
function warnFixedWeights(head: SurveyHead, criteria: CriterionOfFile[], warn: Fail): void {
  if (head.settings.scoring.groups !== 'fixed') return
  const message =
    'với trọng số nhóm cố định, điểm của tiêu chí trên 2 điểm có thể phải in thô hơn 0,01, và tổng điểm theo đó, để không lộ điểm của từng nhóm. Nên dùng sample-design hoặc tách tiêu chí.'
  for (const each of criteria) {
    if (each.method !== 'survey' || new Fraction(each.max).lte(2)) continue
    warn('criteria.csv', each.row, 'max', message)
  }
}

function warnSilencePays({ settings }: SurveyHead, warn: Fail): void {
  if (settings.scoring.belowThreshold !== 'leaves-scale') return
  const message =
    'không trả lời lại có lợi: đơn vị được 18/30 điểm điều tra và 63/70 điểm thẩm định có Chỉ số 81 %, nếu không trả lời thì 90 %. Nên dùng not-ranked.'
  warn('survey.json', null, 'settings.scoring.belowThreshold', message)
}

function warnSmallUnits(
  head: SurveyHead,
  units: Unit[],
  strata: SurveyDefinition['strata'],
  warn: Fail,
): void {
  for (const unit of units) {
    const own = strata.filter((stratum) => stratum.unit === unit.code)
    const people = own.reduce((sum, stratum) => sum + stratum.quota, 0)
    if (own.length === 0 || people > head.settings.k) continue
    const message = `chỉ có ${people} người được hỏi; cần ít nhất ${head.settings.k + 1} để công bố điểm của đơn vị mà không lộ câu trả lời.`
    warn('units.csv', unit.row, 'code', message)
  }
}
