// The folder of a survey: the template is whole, and whatever a clerk gets wrong is named with its place and its mend.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { domainsOf, leavesOf } from '../../../src/survey/criteria.ts'
import type { SurveyDefinition } from '../../../src/survey/definition.ts'
import { describeError, readFolder } from '../../../src/survey/folder.ts'
import { itemsOf } from '../../../src/survey/questionnaire.ts'
import { smallFolder, type Folder } from '../../support/survey.ts'

describe('the template Bình Phước 2022', () => {
  const definition = definitionOf(template())

  test('has nothing to mend and nothing to warn of', () => {
    expect(readFolder(filesOf(template()))).toMatchObject({ ok: true, warnings: [] })
  })

  test('asks 180 + 187 people in 20 + 11 units, and knows the 111 communes below', () => {
    const levelOf = new Map(definition.units.map((unit) => [unit.code, unit.level]))
    const people = (level: string) =>
      sum(definition.strata.filter(({ unit }) => levelOf.get(unit) === level).map(({ quota }) => quota))
    const units = (level: string) => definition.units.filter((unit) => unit.level === level)
    expect([people('so'), people('huyen'), people('xa')]).toEqual([180, 187, 0])
    expect([units('so').length, units('huyen').length, units('xa').length]).toEqual([20, 11, 111])
    expect(new Set(definition.strata.map(({ unit }) => unit)).size).toBe(31)
    const districts = new Set(units('huyen').map(({ code }) => code))
    expect(units('xa').filter(({ parent }) => !districts.has(parent))).toEqual([])
  })

  test('asks each group 22 to 30 questions in 6 or 7 sections, on scales from worst to best with one way out', () => {
    expect(definition.questionnaires).toHaveLength(4)
    for (const questionnaire of definition.questionnaires) {
      const items = itemsOf(questionnaire)
      expect(items.length).toBeGreaterThanOrEqual(22)
      expect(items.length).toBeLessThanOrEqual(30)
      expect([6, 7]).toContain(questionnaire.sections.length)
      for (const { options } of items) {
        const coefficients = options.flatMap(({ coefficient }) => (coefficient === null ? [] : [coefficient]))
        expect(coefficients.map(Number)).toEqual(coefficients.map(Number).sort((a, b) => a - b))
        expect(options.filter(({ optOut }) => optOut)).toHaveLength(1)
      }
    }
  })

  test('gives each level 8 domains and 100 points, 30 of them by survey', () => {
    expect(definition.criteriaSets.map(({ level }) => level)).toEqual(['so', 'huyen'])
    for (const set of definition.criteriaSets) {
      expect(domainsOf(set)).toHaveLength(8)
      expect(sum(domainsOf(set).map(({ max }) => Number(max)))).toBe(100)
      expect(sum(leavesOf(set, 'survey').map(({ max }) => Number(max)))).toBe(30)
    }
  })

  test('rests every survey criterion on at least two questions to each group', () => {
    for (const { level, questionnaire } of definition.groups) {
      const set = definition.criteriaSets.find((each) => each.level === level)
      const asked = definition.questionnaires.find(({ code }) => code === questionnaire)
      if (!set || !asked) throw new Error('the template is not whole')
      for (const leaf of leavesOf(set, 'survey')) {
        const items = itemsOf(asked).filter(({ criterion }) => criterion === leaf.code)
        expect(items.length, `${questionnaire}, ${leaf.code}`).toBeGreaterThanOrEqual(2)
      }
    }
  })

  test('says itself that it is an illustration', () => {
    expect(definition.head.illustrative).toBe(true)
  })
})

/** What the clerk did to the small folder, and every sentence that must come back. */
type Slip = [slip: string, edit: (folder: Folder) => void, sentences: string[]]

const files: Slip[] = [
  [
    'a file is missing',
    drop('units.csv'),
    ['units.csv: thiếu tệp này trong thư mục. Hãy thêm tệp theo mẫu.'],
  ],
  [
    'survey.json is missing',
    drop('survey.json'),
    ['survey.json: thiếu tệp này trong thư mục. Hãy thêm tệp theo mẫu.'],
  ],
  [
    'a questionnaire is missing',
    drop('questionnaires/chung.csv'),
    [
      'groups.csv, dòng 2, cột questionnaire: không có tệp questionnaires/chung.csv. Hãy thêm tệp hoặc sửa tên bộ câu hỏi.',
    ],
  ],
  [
    'a file is empty',
    write('groups.csv', ''),
    ['groups.csv: tệp trống. Hãy thêm dòng tiêu đề và các dòng dữ liệu.'],
  ],
  [
    'a file holds blank lines only',
    write('groups.csv', '\n\n,,\n'),
    ['groups.csv: tệp trống. Hãy thêm dòng tiêu đề và các dòng dữ liệu.'],
  ],
  [
    'a file has a header and no rows',
    write('options.csv', 'set,option,label,coefficient,opt_out\n'),
    [
      'options.csv: chưa có dòng dữ liệu nào. Hãy thêm ít nhất một dòng.',
      ...[2, 3, 4, 5].map(
        (row) =>
          `questionnaires/chung.csv, dòng ${row}, cột options: bộ phương án "muc" không có trong options.csv. Hãy sửa mã hoặc thêm bộ đó.`,
      ),
    ],
  ],
  [
    'a column is missing',
    edit('units.csv', 'short_name,', ''),
    ['units.csv, dòng 1, cột short_name: thiếu cột này. Hãy thêm cột vào dòng tiêu đề.'],
  ],
  [
    'a column is unknown',
    edit('levels.csv', 'surveyed', 'survey'),
    [
      'levels.csv, dòng 1, cột surveyed: thiếu cột này. Hãy thêm cột vào dòng tiêu đề.',
      'levels.csv, dòng 1, cột survey: cột này không có trong mẫu. Hãy xóa cột hoặc sửa tên; các cột đúng là: code, name, order, surveyed.',
    ],
  ],
  [
    'a column stands twice',
    edit('levels.csv', 'surveyed', 'surveyed,name'),
    ['levels.csv, dòng 1, cột name: cột này đứng hai lần. Hãy xóa một cột.'],
  ],
  [
    'a row is short, a row is long',
    edit('units.csv', /U1.*\nU2.*/, 'U1,Sở 1,Sở 1,so,so,\nU2,Sở 2,Sở 2,so,so,,2,x'),
    [
      'units.csv, dòng 2: có 6 ô, tiêu đề có 7 cột. Hãy kiểm tra dấu phẩy và dấu ngoặc kép.',
      'units.csv, dòng 3: có 8 ô, tiêu đề có 7 cột. Hãy kiểm tra dấu phẩy và dấu ngoặc kép.',
    ],
  ],
  [
    'a quotation mark is not closed',
    edit('units.csv', 'U2,Sở 2', 'U2,"Sở 2'),
    [
      'units.csv, dòng 3: dấu ngoặc kép chưa khớp nên không tách được các ô. Hãy bao ô bằng một cặp dấu ngoặc kép và viết đôi dấu ngoặc kép nằm trong ô.',
    ],
  ],
  [
    'a quotation mark stands inside a cell',
    edit('units.csv', 'U2,Sở 2', 'U2,Sở "2"'),
    [
      'units.csv, dòng 3: dấu ngoặc kép chưa khớp nên không tách được các ô. Hãy bao ô bằng một cặp dấu ngoặc kép và viết đôi dấu ngoặc kép nằm trong ô.',
    ],
  ],
  [
    'Excel separated by semicolons',
    (folder) => (folder['criteria.csv'] = folder['criteria.csv']?.replaceAll(',', ';') ?? ''),
    [
      'criteria.csv, dòng 1: các ô cách nhau bằng dấu chấm phẩy. Hãy lưu lại tệp với dấu phẩy giữa các ô và dấu chấm trong số thập phân.',
    ],
  ],
  [
    'Excel separated by tabs',
    (folder) => (folder['units.csv'] = folder['units.csv']?.replaceAll(',', '\t') ?? ''),
    [
      'units.csv, dòng 1: các ô cách nhau bằng dấu tab. Hãy lưu lại tệp với dấu phẩy giữa các ô và dấu chấm trong số thập phân.',
    ],
  ],
  [
    'a file was saved as Windows-1258',
    (folder) =>
      (folder['units.csv'] = readAsUtf8(
        Buffer.from(folder['units.csv']?.replace('Sở', 'S\xf2') ?? '', 'latin1'),
      )),
    [
      'units.csv, dòng 2: tệp không dùng bảng mã UTF-8 nên chữ tiếng Việt bị hỏng. Hãy lưu lại tệp ở bảng mã UTF-8 (trong Excel: dạng "CSV UTF-8").',
    ],
  ],
  ...(['units.csv', 'survey.json'] as const).map((file): Slip => [
    `${file} was saved as UTF-16`,
    (folder) => (folder[file] = readAsUtf8(Buffer.from('\uFEFF' + (folder[file] ?? ''), 'utf16le'))),
    [
      `${file}, dòng 1: tệp không dùng bảng mã UTF-8 nên chữ tiếng Việt bị hỏng. Hãy lưu lại tệp ở bảng mã UTF-8 (trong Excel: dạng "CSV UTF-8").`,
    ],
  ]),
]

const settings: Slip[] = [
  [
    'the JSON is broken',
    write('survey.json', '{\n  "schema": "survey-folder/1"\n  "year": 2022\n}'),
    ['survey.json, dòng 3: không phải JSON hợp lệ. Hãy kiểm tra dấu ngoặc và dấu phẩy.'],
  ],
  [
    'a setting is unknown',
    json((head) => (head.settings = { smallest: 5, scoring: { group: 'equal' } })),
    [
      'survey.json, cột settings.scoring: có mục lạ: group. Hãy xóa hoặc sửa tên mục.',
      'survey.json, cột settings: có mục lạ: smallest. Hãy xóa hoặc sửa tên mục.',
    ],
  ],
  [
    'a setting has a value that does not exist',
    json((head) => (head.settings = { layout: 'two-pages' })),
    ['survey.json, cột settings.layout: giá trị chưa đúng. Hãy chọn một trong: sections, one-page.'],
  ],
  [
    'fewer than five people would stand behind a figure',
    json((head) => (head.settings = { k: 3 })),
    ['survey.json, cột settings.k: giá trị quá nhỏ. Hãy nhập số từ 5 trở lên.'],
  ],
  [
    'a share of 70 was meant to be 0.7',
    json((head) => (head.settings = { scoring: { validShare: '70' } })),
    ['survey.json, cột settings.scoring.validShare: giá trị chưa đúng: phải là số từ 0 đến 1, ví dụ "0.7".'],
  ],
  [
    'a share and a bound of grades are words',
    json(
      (head) => (head.settings = { scoring: { validShare: 'bảy', bands: [{ from: 'tám', name: 'Tốt' }] } }),
    ),
    ['validShare', 'bands.0.from'].map(
      (name) =>
        `survey.json, cột settings.scoring.${name}: giá trị chưa đúng: phải là số không âm, ví dụ 2 hoặc 0.5 hoặc 1/3.`,
    ),
  ],
  [
    'fixed weights leave a group out',
    json((head) => (head.settings = { scoring: { groups: 'fixed', fixedWeights: { LD: '0.7' } } })),
    ['survey.json, cột settings.scoring.fixedWeights: thiếu trọng số của nhóm "CC". Hãy thêm trọng số.'],
  ],
  [
    'fixed weights that add up to nothing',
    json((head) => (head.settings = { scoring: { groups: 'fixed', fixedWeights: { LD: '0', CC: '0.0' } } })),
    [
      'survey.json, cột settings.scoring.fixedWeights: trọng số của các nhóm "LD", "CC" cộng lại bằng 0. Hãy sửa trọng số.',
    ],
  ],
  [
    'a weight of a question that nobody is asked',
    json((head) => (head.settings = { scoring: { itemWeights: { Z9: '2' } } })),
    ['survey.json, cột settings.scoring.itemWeights: không có câu hỏi nào mang mã "Z9". Hãy sửa trọng số.'],
  ],
  [
    'a weight of a question that is no number, or nothing',
    json((head) => (head.settings = { scoring: { itemWeights: { A1: 'hai', A2: '0' } } })),
    [
      'survey.json, cột settings.scoring.itemWeights.A1: giá trị chưa đúng: phải là số lớn hơn 0, ví dụ 2 hoặc 0.5 hoặc 1/3.',
      'survey.json, cột settings.scoring.itemWeights.A2: giá trị chưa đúng: phải lớn hơn 0; muốn bỏ câu hỏi thì xóa khỏi bộ câu hỏi.',
    ],
  ],
  [
    'grades overlap, and leave a gap below',
    json(
      (head) =>
        (head.settings = {
          scoring: {
            bands: [
              { from: '80', name: 'Tốt' },
              { from: '80.0', name: 'Khá' },
            ],
          },
        }),
    ),
    [
      'survey.json, cột settings.scoring.bands: giá trị chưa đúng: hai bậc xếp loại chồng lên nhau, vì cùng bắt đầu từ một mức. Hãy sửa một mức.',
      'survey.json, cột settings.scoring.bands: giá trị chưa đúng: bậc xếp loại thấp nhất phải bắt đầu từ 0, để đơn vị nào cũng được xếp loại.',
    ],
  ],
  [
    'the year is a text and the title only spaces',
    json((head) => Object.assign(head, { year: '2022', title: '  ' })),
    [
      'survey.json, cột title: giá trị chưa đúng: không được để trống.',
      'survey.json, cột year: mục này thiếu hoặc không đúng kiểu. Hãy sửa theo mẫu trong tài liệu.',
    ],
  ],
  [
    'the year is in another calendar',
    json((head) => (head.year = 2565)),
    ['survey.json, cột year: giá trị quá lớn. Hãy nhập nhiều nhất 2100.'],
  ],
  [
    'the plan is of a day that does not exist',
    json((head) => (head.plan = { number: '1', date: '2022-02-30', title: '' })),
    ['survey.json, cột plan.date: giá trị chưa đúng: phải là ngày có thật, dạng 2022-10-05, hoặc để trống.'],
  ],
  [
    'the plan’s number is a whole sentence',
    json((head) => (head.plan = { number: '1'.repeat(61), date: '', title: '' })),
    ['survey.json, cột plan.number: dài quá 60 ký tự. Hãy viết ngắn hơn.'],
  ],
  [
    'it is no survey folder at all',
    write('survey.json', '[]'),
    ['survey.json: mục này thiếu hoặc không đúng kiểu. Hãy sửa theo mẫu trong tài liệu.'],
  ],
]

const plan: Slip[] = [
  [
    'two levels have one code',
    edit('levels.csv', /$/, 'so,Cấp khác,2,0\n'),
    ['levels.csv, dòng 3, cột code: mã "so" đã có ở dòng 2. Hãy đổi mã hoặc xóa dòng thừa.'],
  ],
  [
    'two units have one code',
    edit('units.csv', 'U2,', 'U1,'),
    ['units.csv, dòng 3, cột code: mã "U1" đã có ở dòng 2. Hãy đổi mã hoặc xóa dòng thừa.'],
  ],
  [
    'two groups of a level have one code',
    edit('groups.csv', 'so,CC', 'so,LD'),
    ['groups.csv, dòng 3, cột code: mã "so/LD" đã có ở dòng 2. Hãy đổi mã hoặc xóa dòng thừa.'],
  ],
  [
    'a code holds a letter with marks, and one is too long',
    edit('units.csv', /U1(.*)\nU2/, `SỞ$1\n${'U'.repeat(21)}`),
    [2, 3].map(
      (row) =>
        `units.csv, dòng ${row}, cột code: giá trị chưa đúng: mã chỉ gồm 1–20 chữ cái không dấu, chữ số, dấu chấm, gạch ngang hoặc gạch dưới.`,
    ),
  ],
  [
    'a unit has no name',
    edit('units.csv', 'U1,Sở 1,', 'U1,,'),
    ['units.csv, dòng 2, cột name: giá trị chưa đúng: không được để trống.'],
  ],
  [
    'a unit is of an unknown level',
    edit('units.csv', 'Sở 2,so,', 'Sở 2,sở,'),
    [
      'units.csv, dòng 3, cột level: giá trị chưa đúng: mã chỉ gồm 1–20 chữ cái không dấu, chữ số, dấu chấm, gạch ngang hoặc gạch dưới.',
    ],
  ],
  [
    'a unit is of a level that is not in the list',
    edit('units.csv', 'Sở 2,so,', 'Sở 2,tinh,'),
    ['units.csv, dòng 3, cột level: cấp "tinh" không có trong levels.csv. Hãy sửa mã cấp hoặc thêm cấp đó.'],
  ],
  [
    'a unit stands below one that does not exist',
    edit('units.csv', 'so,so,,2', 'so,so,U9,2'),
    [
      'units.csv, dòng 3, cột parent: đơn vị cấp trên "U9" không có trong tệp. Hãy sửa mã hoặc thêm đơn vị đó.',
    ],
  ],
  [
    'a level is asked and has neither groups nor units nor criteria',
    edit('levels.csv', /$/, 'xa,Cấp xã,2,1\n'),
    [
      'levels.csv, dòng 3, cột code: cấp "xa" chưa có nhóm đối tượng nào. Hãy thêm nhóm vào groups.csv.',
      'levels.csv, dòng 3, cột code: cấp "xa" chưa có cơ quan, đơn vị nào. Hãy thêm vào units.csv.',
      'criteria.csv, cột level: cấp "xa" chưa có Bộ chỉ số. Hãy thêm các tiêu chí của cấp này.',
    ],
  ],
  [
    'it is not said whether a level is asked',
    edit('levels.csv', '1,1', '1,có'),
    ['levels.csv, dòng 2, cột surveyed: giá trị chưa đúng: phải là 0 hoặc 1.'],
  ],
  [
    'a group belongs to a level that is not asked',
    (folder) => {
      edit('levels.csv', /$/, 'xa,Cấp xã,2,0\n')(folder)
      edit('groups.csv', 'so,CC', 'xa,CC')(folder)
    },
    [
      'groups.csv, dòng 3, cột level: cấp "xa" không điều tra (surveyed = 0). Hãy đổi thành 1 hoặc xóa nhóm này.',
    ],
  ],
  [
    'a group has no quota',
    edit('groups.csv', 'Công chức,5,', 'Công chức,,'),
    ['groups.csv, dòng 3, cột quota: giá trị chưa đúng: phải là số người, ví dụ 5.'],
  ],
  [
    'a group has a quota of nobody',
    edit('groups.csv', 'Công chức,5,', 'Công chức,0,'),
    [
      'groups.csv, dòng 3, cột quota: nhóm chưa có số phiếu theo kế hoạch. Hãy nhập số người mỗi đơn vị, ít nhất 1.',
    ],
  ],
  [
    'another quota is given for a unit or a group that does not exist, and one twice',
    write('quotas.csv', 'unit,group,quota,reserve\nU9,CC,3,\nU1,CV,3,\nU1,CC,3,1\nU1,CC,4,\n'),
    [
      'quotas.csv, dòng 5, cột group: mã "U1/CC" đã có ở dòng 4. Hãy đổi mã hoặc xóa dòng thừa.',
      'quotas.csv, dòng 2, cột unit: không có nhóm "CC" ở đơn vị "U9". Hãy sửa mã đơn vị hoặc mã nhóm.',
      'quotas.csv, dòng 3, cột unit: không có nhóm "CV" ở đơn vị "U1". Hãy sửa mã đơn vị hoặc mã nhóm.',
    ],
  ],
]

const questions: Slip[] = [
  [
    'two questions have one code',
    edit('questionnaires/chung.csv', ',A2,', ',A1,'),
    ['questionnaires/chung.csv, dòng 3, cột item: mã "A1" đã có ở dòng 2. Hãy đổi mã hoặc xóa dòng thừa.'],
  ],
  [
    'a question has no criterion',
    edit('questionnaires/chung.csv', 'Câu hai?,muc,1.1', 'Câu hai?,muc,'),
    [
      'questionnaires/chung.csv, dòng 3, cột criterion: giá trị chưa đúng: không được để trống: mỗi câu hỏi phải thuộc một tiêu chí điều tra xã hội học.',
    ],
  ],
  [
    'a question belongs to a criterion that does not exist',
    edit('questionnaires/chung.csv', 'Câu hai?,muc,1.1', 'Câu hai?,muc,1.7'),
    [
      'questionnaires/chung.csv, dòng 3, cột criterion: tiêu chí "1.7" không có trong Bộ chỉ số cấp "so". Hãy sửa mã tiêu chí.',
    ],
  ],
  [
    'a question belongs to a criterion that the council appraises',
    edit('questionnaires/chung.csv', 'Câu hai?,muc,1.1', 'Câu hai?,muc,1.2'),
    [
      'questionnaires/chung.csv, dòng 3, cột criterion: tiêu chí "1.2" không chấm bằng điều tra xã hội học. Hãy chọn tiêu chí có method = survey.',
    ],
  ],
  [
    'a question offers a set of options that does not exist',
    edit('questionnaires/chung.csv', 'Câu hai?,muc,', 'Câu hai?,mức-độ,'),
    [
      'questionnaires/chung.csv, dòng 3, cột options: giá trị chưa đúng: mã chỉ gồm 1–20 chữ cái không dấu, chữ số, dấu chấm, gạch ngang hoặc gạch dưới.',
    ],
  ],
  [
    'a question offers a set of options that is not in the list',
    edit('questionnaires/chung.csv', 'Câu hai?,muc,', 'Câu hai?,thang,'),
    [
      'questionnaires/chung.csv, dòng 3, cột options: bộ phương án "thang" không có trong options.csv. Hãy sửa mã hoặc thêm bộ đó.',
    ],
  ],
  [
    'a section is interrupted',
    edit('questionnaires/chung.csv', /(A,Chỉ đạo,A2.*\n)(B,Thủ tục,B1.*\n)/, '$2$1'),
    [
      'questionnaires/chung.csv, dòng 4, cột section: phần "A" bị ngắt quãng. Hãy xếp các câu của một phần liền nhau.',
    ],
  ],
  [
    'a section has two names',
    edit('questionnaires/chung.csv', 'A,Chỉ đạo,A2', 'A,Chỉ đạo điều hành,A2'),
    [
      'questionnaires/chung.csv, dòng 3, cột section_title: phần "A" mang hai tên. Hãy ghi cùng một tên ở mọi dòng của phần.',
    ],
  ],
  [
    'the name of a section is longer than a page can show',
    edit('questionnaires/chung.csv', 'B,Thủ tục,B1', `C,${'x'.repeat(201)},B1`),
    ['questionnaires/chung.csv, dòng 4, cột section_title: giá trị chưa đúng: dài quá 200 ký tự.'],
  ],
  [
    'there are more questions than a cookie carries',
    (folder) => Object.assign(folder, smallFolder({ items: 201 })),
    ['questionnaires/chung.csv: có 402 câu hỏi, nhiều nhất 400. Hãy bớt câu hỏi.'],
  ],
]

const optionSlips: Slip[] = [
  [
    'two options have one code',
    edit('options.csv', 'muc,2,', 'muc,1,'),
    ['options.csv, dòng 3, cột option: mã "muc/1" đã có ở dòng 2. Hãy đổi mã hoặc xóa dòng thừa.'],
  ],
  [
    'two options say the same',
    edit('options.csv', 'Trung bình', 'KÉM'),
    [
      'options.csv, dòng 3, cột label: hai phương án cùng bộ có cùng nội dung. Hãy viết khác nhau để người trả lời phân biệt được.',
    ],
  ],
  [
    'two options say the same, typed on two keyboards',
    edit('options.csv', 'Trung bình', 'Kém'.normalize('NFD')),
    [
      'options.csv, dòng 3, cột label: hai phương án cùng bộ có cùng nội dung. Hãy viết khác nhau để người trả lời phân biệt được.',
    ],
  ],
  [
    'an option has no coefficient',
    edit('options.csv', 'Trung bình,0.5', 'Trung bình,'),
    ['options.csv, dòng 3, cột coefficient: phương án này chưa có hệ số. Hãy nhập số từ 0 đến 1.'],
  ],
  [
    'a coefficient is larger than 1',
    edit('options.csv', 'Tốt,1,', 'Tốt,3/2,'),
    ['options.csv, dòng 4, cột coefficient: hệ số lớn hơn 1. Hãy nhập số từ 0 đến 1.'],
  ],
  [
    'a coefficient has a decimal comma',
    edit('options.csv', 'Trung bình,0.5', 'Trung bình,"0,5"'),
    [
      'options.csv, dòng 3, cột coefficient: giá trị chưa đúng: phải là số từ 0 đến 1, ví dụ 0.75, hoặc để trống.',
    ],
  ],
  [
    'the way out has a coefficient, and there are two of them',
    edit('options.csv', 'Không biết / không có ý kiến,,1', 'Không biết,0,1\nmuc,9,Không rõ,,1'),
    [
      'options.csv, dòng 5, cột coefficient: phương án "không biết / không có ý kiến" không có hệ số. Hãy để trống ô này.',
      'options.csv, dòng 6, cột opt_out: mỗi bộ chỉ có một phương án không biết / không có ý kiến. Hãy xóa dòng thừa.',
    ],
  ],
  [
    'a set has a single option',
    edit('options.csv', /$/, 'le,1,Có,1,0\n'),
    ['options.csv, dòng 6, cột set: bộ "le" cần ít nhất hai phương án có hệ số. Hãy thêm phương án.'],
  ],
  [
    'a set has more options than a ballot has symbols for',
    edit('options.csv', /$/, Array.from({ length: 11 }, (_, i) => `dai,${i},Mức ${i},0.5,0\n`).join('')),
    ['options.csv, dòng 16, cột set: bộ này có quá 10 phương án. Hãy bớt phương án.'],
  ],
]

const criteria: Slip[] = [
  [
    'two criteria have one code',
    edit('criteria.csv', 'so,2.2,2,', 'so,2.1,2,'),
    ['criteria.csv, dòng 7, cột code: mã "so/2.1" đã có ở dòng 6. Hãy đổi mã hoặc xóa dòng thừa.'],
  ],
  [
    'a criterion stands under one that does not exist',
    edit('criteria.csv', 'so,2.2,2,', 'so,2.2,3,'),
    [
      'criteria.csv, dòng 7, cột parent: tiêu chí cha "3" không đứng ở trên. Hãy sửa mã hoặc đưa tiêu chí cha lên trước.',
      'criteria.csv, dòng 5, cột max: điểm không khớp: các tiêu chí thành phần cộng lại 20, ô này ghi 50. Hãy sửa cho bằng nhau.',
    ],
  ],
  [
    'a criterion is of a level that does not exist',
    edit('criteria.csv', /$/, 'tinh,1,,Lĩnh vực,100,appraised\n'),
    [
      'criteria.csv, dòng 8, cột level: cấp "tinh" không có trong levels.csv. Hãy sửa mã cấp hoặc thêm cấp đó.',
    ],
  ],
  [
    'points of a domain do not add up, by a hundredth',
    edit('criteria.csv', 'Thẩm định hai,30', 'Thẩm định hai,29.99'),
    [
      'criteria.csv, dòng 5, cột max: điểm không khớp: các tiêu chí thành phần cộng lại 49.99, ô này ghi 50. Hãy sửa cho bằng nhau.',
    ],
  ],
  [
    'the domains are not 100 points together',
    (folder) => {
      edit('criteria.csv', 'Lĩnh vực hai,50', 'Lĩnh vực hai,51')(folder)
      edit('criteria.csv', 'Thẩm định hai,30', 'Thẩm định hai,31')(folder)
    },
    ['criteria.csv, dòng 2, cột max: các lĩnh vực của cấp "so" cộng lại 101 điểm. Hãy sửa để tổng bằng 100.'],
  ],
  [
    'points are written with a comma, or below zero',
    edit('criteria.csv', /Thẩm định một,40([^]*)Thẩm định hai,30/, 'Thẩm định một,"40,0"$1Thẩm định hai,-30'),
    [4, 7].map((row) => `criteria.csv, dòng ${row}, cột max: giá trị chưa đúng: phải là số điểm, ví dụ 2.5.`),
  ],
  [
    'a leaf has no method',
    edit('criteria.csv', '30,appraised', '30,'),
    [
      'criteria.csv, dòng 7, cột method: tiêu chí cuối cùng phải ghi cách chấm. Hãy nhập appraised (thẩm định) hoặc survey (điều tra).',
    ],
  ],
  [
    'a method does not exist',
    edit('criteria.csv', '30,appraised', '30,thẩm định'),
    [
      'criteria.csv, dòng 7, cột method: giá trị chưa đúng: phải là appraised (thẩm định), survey (điều tra) hoặc để trống.',
    ],
  ],
  [
    'a domain with criteria below it has a method of its own',
    edit('criteria.csv', 'Lĩnh vực một,50,', 'Lĩnh vực một,50,appraised'),
    [
      'criteria.csv, dòng 2, cột method: tiêu chí có tiêu chí thành phần thì để trống ô này; cách chấm ghi ở tiêu chí thành phần.',
    ],
  ],
  [
    'a criterion bears the name of the bonus',
    edit('criteria.csv', 'so,2.2,', 'so,bonus,'),
    ['criteria.csv, dòng 7, cột code: mã "bonus" dành cho điểm thưởng, điểm trừ. Hãy đặt mã khác.'],
  ],
  [
    'a survey criterion is not asked about',
    edit('criteria.csv', '30,appraised', '30,survey'),
    [
      'criteria.csv, dòng 7, cột code: tiêu chí điều tra "2.2" chưa có câu hỏi nào. Hãy thêm câu hỏi hoặc đổi cách chấm.',
    ],
  ],
]

const allSlips = [...files, ...settings, ...plan, ...questions, ...optionSlips, ...criteria]

describe('a slip is named with its place and its mend, and nothing else is blamed', () => {
  test.each(allSlips)('%s', (_, make, sentences) => {
    expect(sentencesAfter(make)).toEqual(sentences)
  })

  test('each sentence is a whole one and says what to do', () => {
    for (const [slip, , sentences] of allSlips) {
      for (const sentence of sentences) {
        expect(sentence, slip).toMatch(/(Hãy |phải |để trống|không được |chỉ gồm |dài quá ).*\.$/)
      }
    }
  })
})

test('all slips of all files are told at once', () => {
  const several = [files[6], settings[2], plan[2], questions[2], optionSlips[3], criteria[7]]
  const slips = several.filter((slip) => slip !== undefined)
  const found = sentencesAfter((folder) => {
    for (const [, make] of slips) make(folder)
  })
  for (const [slip, , sentences] of slips) expect(found, slip).toEqual(expect.arrayContaining(sentences))
})

describe('what is no slip', () => {
  test('a byte order mark, Windows line ends and a missing last line end', () => {
    const folder = smallFolder()
    for (const [name, text] of Object.entries(folder))
      folder[name] = '\uFEFF' + text.replaceAll('\n', '\r\n').replace(/\r\n$/, '')
    expect(definitionOf(folder)).toEqual(definitionOf(smallFolder()))
  })

  test('accents typed in two ways, spaces around a cell, quotation marks, columns in another order', () => {
    const folder = smallFolder()
    edit('units.csv', 'U1,Sở 1,', ' U1 ,"Sở Văn hóa, Thể thao",')(folder)
    folder['units.csv'] = folder['units.csv']?.normalize('NFD') ?? ''
    folder['levels.csv'] = 'surveyed,order,name,code\n1,1,Cấp sở,so\n'
    const { units, levels } = definitionOf(folder)
    expect(units[0]).toMatchObject({ code: 'U1', name: 'Sở Văn hóa, Thể thao'.normalize('NFC') })
    expect(levels).toMatchObject([{ code: 'so', name: 'Cấp sở', surveyed: true }])
  })

  test('an empty line, which is left out and still counted', () => {
    expect(definitionOf(edited('units.csv', 'U2', '\n,,,,,,\nU2'))).toMatchObject({
      units: [{ code: 'U1' }, { code: 'U2' }],
    })
    const wrong = edited('units.csv', 'U2,', '\n\nU1,')
    expect(sentences(wrong)).toEqual([
      'units.csv, dòng 5, cột code: mã "U1" đã có ở dòng 2. Hãy đổi mã hoặc xóa dòng thừa.',
    ])
  })

  test('another quota for one unit and group, also nobody', () => {
    const folder = smallFolder({ reserve: 1 })
    folder['quotas.csv'] = 'unit,group,quota,reserve\nU1,CC,12,2\nU2,LD,0,\n'
    expect(definitionOf(folder).strata).toEqual([
      { unit: 'U1', group: 'LD', quota: 5, reserve: 1 },
      { unit: 'U1', group: 'CC', quota: 12, reserve: 2 },
      { unit: 'U2', group: 'LD', quota: 0, reserve: 0 },
      { unit: 'U2', group: 'CC', quota: 5, reserve: 1 },
    ])
  })

  test('coefficients and points as fractions', () => {
    const folder = edited('options.csv', 'Trung bình,0.5', 'Trung bình,1/3')
    edit('criteria.csv', /40,appraised/, '121/3,appraised')(folder)
    edit('criteria.csv', '10,survey', '29/3,survey')(folder)
    expect(sentences(folder)).toEqual([])
  })
})

describe('a warning does not stop anything', () => {
  const warnings: [string, () => Folder, string[]][] = [
    [
      'about a criterion that rests on one question',
      () => smallFolder({ items: 1 }),
      ['1.1', '2.1'].map(
        (code, i) =>
          `criteria.csv, dòng ${i === 0 ? 3 : 6}, cột code: tiêu chí "${code}" chỉ dựa trên một câu hỏi. Nên có từ hai câu trở lên.`,
      ),
    ],
    [
      'about a unit too small to be published',
      () => smallFolder({ units: 1, quotas: [3, 2] }),
      [
        'units.csv, dòng 2, cột code: chỉ có 5 người được hỏi; cần ít nhất 6 để công bố điểm của đơn vị mà không lộ câu trả lời.',
      ],
    ],
    [
      'about fixed weights that could tell two groups apart',
      () =>
        smallFolder({ settings: { scoring: { groups: 'fixed', fixedWeights: { LD: '0.7', CC: '0.3' } } } }),
      [3, 6].map(
        (row) =>
          `criteria.csv, dòng ${row}, cột max: với trọng số nhóm cố định, điểm của tiêu chí trên 2 điểm có thể phải in thô hơn 0,01, và tổng điểm theo đó, để không lộ điểm của từng nhóm. Nên dùng sample-design hoặc tách tiêu chí.`,
      ),
    ],
    [
      'about a rule by which silence pays',
      () => smallFolder({ settings: { scoring: { belowThreshold: 'leaves-scale' } } }),
      [
        'survey.json, cột settings.scoring.belowThreshold: không trả lời lại có lợi: đơn vị được 18/30 điểm điều tra và 63/70 điểm thẩm định có Chỉ số 81 %, nếu không trả lời thì 90 %. Nên dùng not-ranked.',
      ],
    ],
    [
      'about a file that nobody reads, which may be a misspelt one',
      () => ({ ...smallFolder(), 'quota.csv': 'unit,group,quota,reserve\nU1,CC,3,\n' }),
      ['quota.csv: tệp này không được dùng. Hãy kiểm tra tên tệp.'],
    ],
  ]

  test.each(warnings)('%s', (_, make, expected) => {
    const result = readFolder(filesOf(make()))
    expect(result.ok && result.warnings.map(describeError)).toEqual(expected)
  })
})

function template(): Folder {
  const root = 'src/survey/templates/binh-phuoc-2022'
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
  const inside = names.filter((name) => /\.(csv|json)$/.test(name))
  return Object.fromEntries(inside.map((name) => [name, readFileSync(`${root}/${name}`, 'utf8')]))
}

function filesOf(folder: Folder): Map<string, string> {
  return new Map(Object.entries(folder))
}

function definitionOf(folder: Folder): SurveyDefinition {
  const result = readFolder(filesOf(folder))
  if (!result.ok) throw new Error(result.errors.map(describeError).join('\n'))
  return result.definition
}

function sentences(folder: Folder): string[] {
  const result = readFolder(filesOf(folder))
  return result.ok ? [] : result.errors.map(describeError)
}

function sentencesAfter(make: (folder: Folder) => void): string[] {
  const folder = smallFolder()
  make(folder)
  return sentences(folder)
}

function edit(file: string, from: string | RegExp, to: string): (folder: Folder) => void {
  return (folder) => {
    const before = folder[file] ?? ''
    const after = before.replace(from, to)
    if (after === before) throw new Error(`${file} holds no ${String(from)}`)
    folder[file] = after
  }
}

function edited(file: string, from: string | RegExp, to: string): Folder {
  const folder = smallFolder()
  edit(file, from, to)(folder)
  return folder
}

function write(file: string, text: string): (folder: Folder) => void {
  return (folder) => {
    folder[file] = text
  }
}

function drop(file: string): (folder: Folder) => void {
  return (folder) => {
    Reflect.deleteProperty(folder, file)
  }
}

function json(change: (head: Record<string, unknown>) => void): (folder: Folder) => void {
  return (folder) => {
    const head = JSON.parse(folder['survey.json'] ?? '') as Record<string, unknown>
    change(head)
    folder['survey.json'] = JSON.stringify(head)
  }
}

/** What the program gets to see of a file in another encoding. */
function readAsUtf8(bytes: Buffer): string {
  return bytes.toString('utf8')
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
