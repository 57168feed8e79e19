// Which acts of a survey wait for a second person of another agency: always the opening of a real survey's box; every act
// that cannot be undone where the survey's settings say so. Pure. confidentiality.md §7, season.md "Who opens".
import type { PairedAct } from '../staff/second-person.ts'
import { isCouncilHeld } from './custody-mode.ts'
import { settingsOf, type Survey } from './survey.queries.ts'

/** A rehearsal is opened by one person, unless its settings rehearse that as well; its results are marked everywhere. */
export function needsSecondPerson(survey: Pick<Survey, 'settings' | 'rehearsal'>, act: PairedAct): boolean {
  const settings = settingsOf(survey)
  // Where a council holds the key, its papers are the second person, and the third.
  if (act === 'open-box' && isCouncilHeld(settings)) return false
  if (settings.secondPerson === 'all-acts') return true
  return act === 'open-box' && survey.rehearsal === 0
}
