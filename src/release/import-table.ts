// "Bảng điểm ĐTXHH để nhập phần mềm chấm điểm": unit x the other program's criterion code, two decimals. What the release
// does not show stays empty and is listed with its reason; no 0 is ever made up. Pure.
import { stringify } from 'csv-stringify/sync'
import type { Report, Table, Value } from '../lib/report-file.ts'
import type { ScoresRelease } from '../score/release.ts'
import { reasonOf } from './hidden.ts'
import { codeThere, type ImportCodes } from './import-codes.ts'
import { takenLine, type Taken } from './taken.ts'

export interface ImportTable {
  /** Codes of the criteria there. */
  criteria: string[]
  rows: { unit: string; name: string; points: (number | null)[] }[]
  /** Cells that stay empty although the unit has the criterion. */
  empty: { unit: string; name: string; criterion: string; reason: string }[]
}

export function importTable(release: ScoresRelease, codes: ImportCodes): ImportTable {
  const codeOf = (level: string, code: string) => codeThere(codes, { kind: 'criterion', level, code })
  const criteria = [
    ...new Set(release.levels.flatMap(({ code, pooled }) => pooled.map((each) => codeOf(code, each.code)))),
  ]
  const rows = release.units.map((unit) => {
    const points = new Map(unit.criteria.map((each) => [codeOf(unit.level, each.code), each.points]))
    return {
      unit: codeThere(codes, { kind: 'unit', level: unit.level, code: unit.code }),
      name: unit.name,
      points: criteria.map((code) => points.get(code) ?? null),
    }
  })
  const empty = release.units.flatMap((unit, at) =>
    unit.criteria.flatMap((criterion) => {
      const reason = reasonOf(unit, criterion.status, release.method.k)
      return reason === null
        ? []
        : [
            {
              unit: rows[at]?.unit ?? unit.code,
              name: unit.name,
              criterion: codeOf(unit.level, criterion.code),
              reason,
            },
          ]
    }),
  )
  return { criteria, rows, empty }
}

const unitColumn = 'Mã đơn vị'

/** The titles stand in the first line and an empty line ends the table, so that a program can take it as it is. */
export function importReport({ criteria, rows, empty }: ImportTable, taken: Taken): Report {
  const table: Table = {
    name: 'Bảng điểm',
    columns: [
      { title: unitColumn, width: 14 },
      { title: 'Cơ quan, đơn vị', width: 40 },
      ...criteria.map((title) => ({ title, width: Math.max(10, title.length + 2), decimals: 2 })),
    ],
    rows: rows.map(({ unit, name, points }): Value[] => [unit, name, ...points]),
    notes: [
      takenLine(taken),
      ...(empty.length === 0
        ? []
        : [
            'Các ô để trống và lý do (không phải 0 điểm; không nhập các ô này):',
            ...empty.map(
              ({ unit, name, criterion, reason }) => `${unit} ${name}, tiêu chí ${criterion}: ${reason}`,
            ),
          ]),
    ],
    fixedColumns: 2,
    blank: true,
  }
  return { head: [], tables: [table], foot: 'Để nhập phần mềm chấm điểm' }
}

/** UTF-8 with BOM, the table alone; two decimals behind a full stop. */
export function importCsv({ criteria, rows }: ImportTable): Buffer {
  const lines = [
    [unitColumn, 'Cơ quan, đơn vị', ...criteria],
    ...rows.map(({ unit, name, points }) => [
      unit,
      name,
      ...points.map((each) => (each === null ? '' : each.toFixed(2))),
    ]),
  ]
  return Buffer.from(`\uFEFF${stringify(lines, { escape_formulas: true })}`, 'utf8')
}
