// Who has answered, as counts and nothing else: per unit x group, per unit, per level. Pure.
import { outstandingRefused } from '../access/replacement.ts'
import type { Level, Stratum as FullStratum } from '../survey/survey.queries.ts'

/** What is counted of a unit x group, or of several taken together. */
export type Stratum = Pick<
  FullStratum,
  | 'unit_code'
  | 'unit_name'
  | 'unit_short_name'
  | 'level'
  | 'group_code'
  | 'group_name'
  | 'quota'
  | 'issued'
  | 'reserve'
  | 'opened'
  | 'returned'
  | 'refused_full'
  | 'cap_raised'
  | 'same_device'
>

export interface Counts {
  planned: number
  issued: number
  reserve: number
  opened: number
  returned: number
}

/** One row of `progress S`: a unit x group. */
export interface StratumProgress extends Counts {
  unit: string
  group: string
}

export interface UnitProgress extends Counts {
  code: string
  name: string
  shortName: string
  level: string
  groups: (Counts & { code: string; name: string; refusedFull: number })[]
  /** Ballots from a device that had sent one before. */
  sameDevice: number
}

export interface LevelProgress extends Counts {
  code: string
  name: string
  units: UnitProgress[]
}

/** A whole survey in a few numbers. */
export interface Totals extends Counts {
  units: number
  /** How many of them have not sent all they owe. */
  lateUnits: number
  refusedFull: number
}

export interface Progress extends Totals {
  levels: LevelProgress[]
  /** Units that have not sent all they owe, the one that lacks most (by share) first. */
  late: UnitProgress[]
}

export function countsOf(stratum: Stratum): Counts {
  const { quota, issued, reserve, opened, returned } = stratum
  return { planned: quota, issued, reserve, opened, returned }
}

export function progressRows(strata: Stratum[]): StratumProgress[] {
  return strata.map((stratum) => ({
    unit: stratum.unit_code,
    group: stratum.group_code,
    ...countsOf(stratum),
  }))
}

/** Strata come in the order of the plan, and so does everything in the result. */
export function progressOf(levels: Level[], strata: Stratum[]): Progress {
  const byLevel = levels
    .filter((level) => level.surveyed === 1)
    .map((level) => {
      const own = strata.filter((stratum) => stratum.level === level.code)
      return { code: level.code, name: level.name, ...sum(own.map(countsOf)), units: unitsOf(own) }
    })
  const late = byLevel
    .flatMap((level) => level.units)
    .filter((unit) => unit.returned < unit.planned)
    .sort((a, b) => a.returned / a.planned - b.returned / b.planned)
  const units = byLevel.reduce((total, level) => total + level.units.length, 0)
  const refusedFull = strata.reduce((total, stratum) => total + outstandingRefused(stratum), 0)
  return { ...sum(byLevel), units, lateUnits: late.length, refusedFull, levels: byLevel, late }
}

function unitsOf(strata: Stratum[]): UnitProgress[] {
  const units = new Map<string, UnitProgress>()
  for (const stratum of strata) {
    const unit = units.get(stratum.unit_code) ?? {
      code: stratum.unit_code,
      name: stratum.unit_name,
      shortName: stratum.unit_short_name,
      level: stratum.level,
      ...sum([]),
      groups: [],
      sameDevice: stratum.same_device,
    }
    const counts = countsOf(stratum)
    unit.groups.push({
      code: stratum.group_code,
      name: stratum.group_name,
      ...counts,
      refusedFull: outstandingRefused(stratum),
    })
    units.set(stratum.unit_code, { ...unit, ...sum([unit, counts]) })
  }
  return [...units.values()]
}

export function sum(all: Counts[]): Counts {
  const add = (key: keyof Counts) => all.reduce((total, each) => total + each[key], 0)
  return {
    planned: add('planned'),
    issued: add('issued'),
    reserve: add('reserve'),
    opened: add('opened'),
    returned: add('returned'),
  }
}
