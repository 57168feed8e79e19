// An explanation as a page: the same texts as on the command line, and links to what the figure is made of.
import { explainHref, type Explanation } from './explain.ts'

export interface ExplainPage {
  heading: string
  back: { text: string; href: string }
  formula: string[]
  numbers: { label: string; value: string }[]
  parts: { text: string; href: string }[]
  hidden: string[]
  settings: string[]
  source: { label: string; value: string }[]
  check: string[]
}

export interface ExplainViews {
  'score/explain': ExplainPage
}

export function explainPage(
  survey: { slug: string },
  explanation: Explanation,
  back: ExplainPage['back'],
  version?: number,
): ExplainPage {
  return {
    ...explanation,
    back,
    parts: explanation.parts.map(({ text, figure }) => ({
      text,
      href: explainHref(survey, figure, version),
    })),
  }
}
