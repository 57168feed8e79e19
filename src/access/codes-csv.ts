// The list of codes for a print shop: `unit,group,code,url`, only while the batch is unprinted.
import { stringify } from 'csv-stringify/sync'
import type { PlainCode } from './batch.service.ts'

/** UTF-8 text with header; one line per card, in the order of the plan. */
export function codesCsv(codes: PlainCode[]): string {
  return stringify(
    codes.map(({ stratum, code, url }) => [stratum.unit_code, stratum.group_code, code, url]),
    { header: true, columns: ['unit', 'group', 'code', 'url'], escape_formulas: true },
  )
}
