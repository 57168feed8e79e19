// Rehearsals: Chạy thử (staff, invented answers, leaves nothing behind) and Điều tra thử (a real unit or two, a box of its
// own, never merged). Each is a copy of the survey's design with a row of its own. Pure. season.md, "Rehearsal".
import type { RehearsalKind } from '../db/tables.ts'
import type { SurveySettings } from '../survey/settings.ts'
import { Slug } from '../survey/survey.ts'

const endings: Record<RehearsalKind, string> = { run: '-chay-thu', pilot: '-thu-nghiem' }
const longestSlug = 60

/** The short name of the nth copy: that of the survey, cut where it would become too long, and what the copy is. */
export function slugOfCopy(survey: string, kind: RehearsalKind, number: number): string {
  const ending = number === 1 ? endings[kind] : `${endings[kind]}-${number}`
  return Slug.parse(`${survey.slice(0, longestSlug - ending.length)}${ending}`)
}

/** As the survey's own, but the server holds the key and one person opens: a rehearsal is opened at once. */
export function settingsOfCopy(settings: SurveySettings): SurveySettings {
  return { ...settings, custody: 'server-held', secondPerson: 'opening' }
}

/** A pilot asks one or two units. */
export const mostPilotUnits = 2

/** The share of the cards, beside those to try, for which an answer is invented: the rest stays at home, as in life. */
export const answeredShare = 0.92

/** Cards for staff to try out: one of each group, of the first unit that has it. */
export function cardsToTry<Card extends { reserve: boolean; stratum: { level: string; group_code: string } }>(
  cards: readonly Card[],
): Card[] {
  const first = new Map<string, Card>()
  for (const card of cards) {
    const group = `${card.stratum.level}/${card.stratum.group_code}`
    if (!card.reserve && !first.has(group)) first.set(group, card)
  }
  return [...first.values()]
}
