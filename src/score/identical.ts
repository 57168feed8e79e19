// Whether half of a unit's ballots or more are alike, answer by answer, as if one hand had filled them in. A question to the
// council and no finding: a small office may well agree. Known per unit as yes or no; no ballot is kept for it.
//
// Misra and Gries (1982) with two counters: whatever makes up more than a third of a stream is among the two that are
// left. A counter never exceeds the truth and falls short of it by at most a third of the ballots that it does not
// explain, so most units are settled after one pass. The others are counted exactly in a second one.

/** Fewer ballots of one questionnaire are not looked at: among four, two alike mean nothing. */
export const fewestAlike = 5

/** The ballots of one unit by one version of a questionnaire, with two counters. */
export interface AlikeCounters {
  ballots: number
  one: string
  ofOne: number
  other: string
  ofOther: number
}

export const noneAlike = (): AlikeCounters => ({ ballots: 0, one: '', ofOne: 0, other: '', ofOther: 0 })

export function noteBallot(own: AlikeCounters, answers: string): void {
  own.ballots += 1
  if (own.ofOne > 0 && own.one === answers) own.ofOne += 1
  else if (own.ofOther > 0 && own.other === answers) own.ofOther += 1
  else if (own.ofOne === 0) {
    own.one = answers
    own.ofOne = 1
  } else if (own.ofOther === 0) {
    own.other = answers
    own.ofOther = 1
  } else {
    own.ofOne -= 1
    own.ofOther -= 1
  }
}

/** True or false where one pass settles it; else the answers that must be counted exactly. */
export function settledAfterOnePass(own: AlikeCounters): boolean | string[] {
  const { ballots, one, ofOne, other, ofOther } = own
  if (ballots < fewestAlike) return false
  if (2 * Math.max(ofOne, ofOther) >= ballots) return true
  const unexplained = ballots - ofOne - ofOther
  const counters = [
    { answers: one, count: ofOne },
    { answers: other, count: ofOther },
  ]
  const open = counters.filter(({ count }) => count > 0 && 6 * count + 2 * unexplained >= 3 * ballots)
  return open.length === 0 ? false : open.map(({ answers }) => answers)
}
