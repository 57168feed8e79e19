// The wall between two kinds of numbers. An `Exact` is what the calculator computes with: an unrounded fraction
// that, for a small unit, can give away how single people answered. It therefore cannot be printed, compared by
// accident or put into JSON: each of these throws. It becomes a number for people in two places only,
// src/score/shown.ts (for disclose()) and showIndex() (src/index-calculator/calculate.ts). Source: design/scoring.md.
import Fraction from 'fraction.js'

/** Opens an Exact; set from inside the class, because nothing else can reach a private field. */
let valueInside: (exact: Exact) => Fraction

const refusal = 'an exact value stays inside the calculator: show it through disclose() or showIndex()'

/**
 * An unrounded number. Its value is private: `===`, `toEqual` and `structuredClone` do not see it, so compare with
 * `compare`, and store or pass it to a worker thread as `exactText`.
 */
export class Exact {
  readonly #value: Fraction

  static {
    valueInside = (exact) => exact.#value
  }

  private constructor(value: Fraction) {
    this.#value = value
  }

  /** From a whole number or a Fraction. A number with decimals throws: as a double it is no longer exact. */
  static of(value: number | bigint | Fraction): Exact {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) {
      throw new RangeError(`${value} is not a whole number; write decimals as text for parseExact()`)
    }
    return new Exact(new Fraction(value))
  }

  /** numerator / denominator; throws when the denominator is 0. */
  static ratio(numerator: number | bigint, denominator: number | bigint): Exact {
    return new Exact(new Fraction(numerator, denominator))
  }

  plus(other: Exact): Exact {
    return new Exact(this.#value.add(other.#value))
  }

  minus(other: Exact): Exact {
    return new Exact(this.#value.sub(other.#value))
  }

  times(other: Exact): Exact {
    return new Exact(this.#value.mul(other.#value))
  }

  /** Throws when `other` is 0. */
  over(other: Exact): Exact {
    return new Exact(this.#value.div(other.#value))
  }

  /** Below 0, 0 or above 0: fit for Array.sort, smallest first. */
  compare(other: Exact): number {
    return this.#value.compare(other.#value)
  }

  isZero(): boolean {
    return this.#value.n === 0n
  }

  toJSON(): never {
    throw new TypeError(refusal)
  }

  toString(): never {
    throw new TypeError(refusal)
  }

  /** Covers `${x}`, x + 1 and x < y. */
  [Symbol.toPrimitive](): never {
    throw new TypeError(refusal)
  }
}

export const zero = Exact.of(0)

export function sumExact(values: Iterable<Exact>): Exact {
  let sum = zero
  for (const value of values) sum = sum.plus(value)
  return sum
}

/** Reads "2", "0.5", "1/3" or "-1/3" (what settings, criteria sets and exactText hold); throws on anything else. */
export function parseExact(text: string): Exact {
  if (!/^-?\d+(\.\d+|\/0*[1-9]\d*)?$/.test(text)) throw new SyntaxError(`not an exact number: "${text}"`)
  return Exact.of(new Fraction(text))
}

/** "numerator/denominator", always with the bar: the form in which a run stores its inputs. Never for people. */
export function exactText(exact: Exact): string {
  const { s, n, d } = valueInside(exact)
  return `${s * n}/${d}`
}

/**
 * Opens an exact value. Only shown.ts and showIndex() may import this; whoever else needs a number for people
 * takes theirs.
 */
export function revealFraction(exact: Exact): Fraction {
  return valueInside(exact)
}

/**
 * The number that is printed: `decimals` places, a half goes up and, below 0, down ("half away from zero", as ROUND
 * in Excel does, by which offices check us; so a - b and b - a print the same digits). Counted in whole numbers,
 * because as a double 1.005 is already less than 1.005. Never gives -0.
 */
export function roundHalfUp(fraction: Fraction, decimals: number): number {
  const unit = 10n ** BigInt(decimals)
  const steps = (2n * fraction.n * unit + fraction.d) / (2n * fraction.d)
  return steps === 0n ? 0 : Number(fraction.s * steps) / Number(unit)
}
