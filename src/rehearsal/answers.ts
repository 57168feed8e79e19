// Invented answers that look like answers: each unit has its own level, people differ around it, some do not know.
import { createHash } from 'node:crypto'
import { blankSymbol, itemsOf, optionSymbol, type Questionnaire } from '../survey/questionnaire.ts'

/** Mulberry32: a small generator with a seed, for demo and tests alone. Numbers in 0…1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** The seed that a text stands for. */
export function seedOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32LE(0)
}

/** One person's answer string: around the unit's own level, 6 % "không biết", 1 % left blank. */
export function makeAnswers(questionnaire: Questionnaire, unit: string, random: () => number): string {
  const level = 0.55 + (0.35 * (createHash('sha256').update(unit).digest()[0] ?? 0)) / 255
  return itemsOf(questionnaire)
    .map((item) => {
      const drawn = random()
      const optOut = item.options.findIndex((option) => option.optOut)
      if (drawn < 0.01) return blankSymbol
      if (drawn < 0.07 && optOut >= 0) return optionSymbol(optOut)
      const scale = item.options.filter((option) => !option.optOut).length
      const value = level + 0.5 * (random() - 0.5)
      return optionSymbol(Math.min(scale - 1, Math.max(0, Math.round(value * (scale - 1)))))
    })
    .join('')
}
