// Who has answered, as counts and nothing else: per unit x group, per unit, per level. Pure.
import type { Level, Stratum } from '../survey/survey.queries.ts'

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

export interface Progress extends Counts {
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
  return { ...sum(byLevel), levels: byLevel, late }
}

function unitsOf(strata: Stratum[]): UnitProgress[] {
  const units = new Map<string, UnitProgress>()
  for (const stratum of strata) {
    const unit = units.get(stratum.unit_code) ?? {
      code: stratum.unit_code,
      name: stratum.unit_name,
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
      refusedFull: stratum.refused_full,
    })
    units.set(stratum.unit_code, { ...unit, ...sum([unit, counts]) })
  }
  return [...units.values()]
}

function sum(all: Counts[]): Counts {
  const add = (key: keyof Counts) => all.reduce((total, each) => total + each[key], 0)
  return {
    planned: add('planned'),
    issued: add('issued'),
    reserve: add('reserve'),
    opened: add('opened'),
    returned: add('returned'),
  }
}
