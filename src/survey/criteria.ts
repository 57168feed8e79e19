// Bộ chỉ số: lĩnh vực → tiêu chí → tiêu chí thành phần, per level. Leaves carry points and the way they are scored.
import { z } from 'zod'
import { codeText, exactNumber } from './text.ts'

/** How a leaf gets its points: by the council (`appraised`) or from the survey (`survey`). */
export const CriterionMethod = z.enum(['appraised', 'survey'])
export type CriterionMethod = z.infer<typeof CriterionMethod>

/** A row of the set. A row without parent is a domain; a row with a method is a leaf. `max` in points. */
export const Criterion = z.object({
  code: codeText,
  parent: codeText.nullable(),
  name: z.string().min(1).max(400),
  max: exactNumber,
  method: CriterionMethod.nullable(),
})
export type Criterion = z.infer<typeof Criterion>

/** The criteria set of one level, rows in print order, parents before children. */
export const CriteriaSet = z.object({ level: codeText, rows: z.array(Criterion).min(1) })
export type CriteriaSet = z.infer<typeof CriteriaSet>

export function domainsOf(set: CriteriaSet): Criterion[] {
  return set.rows.filter((row) => row.parent === null)
}

/** The leaves scored by `method`, in print order. */
export function leavesOf(set: CriteriaSet, method: CriterionMethod): Criterion[] {
  return set.rows.filter((row) => row.method === method)
}

/** The domain that a row belongs to (itself for a domain). */
export function domainOf(set: CriteriaSet, row: Criterion): Criterion {
  const byCode = new Map(set.rows.map((each) => [each.code, each]))
  let at = row
  while (at.parent !== null) {
    const parent = byCode.get(at.parent)
    if (!parent) throw new Error(`criterion ${at.code} names an unknown parent`)
    at = parent
  }
  return at
}
