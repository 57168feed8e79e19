// Comments of a level, where a survey has them: never beside anything else, from 10 up, in an order that chance made.
import { smallestDistribution } from './shown.ts'

/**
 * What may be shown of a level's comments: none below 10 (or below k), else all, shuffled.
 * @param below a whole number from 0 to n - 1, by chance
 */
export function shownComments(
  comments: readonly string[],
  k: number,
  below: (n: number) => number,
): string[] {
  if (comments.length < Math.max(smallestDistribution, k)) return []
  const shuffled = [...comments]
  for (let left = shuffled.length; left > 1; left -= 1) {
    const [chosen = ''] = shuffled.splice(below(left), 1)
    shuffled.push(chosen)
  }
  return shuffled
}
