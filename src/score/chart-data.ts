// What the pictures of results are drawn from: plain data that lies in the page beside the canvas. The script that draws
// (public/js/results.ts) reads these types; the table of the same figures is what works without it.

/** Rows of points on one axis: places with their intervals, a unit against its level, groups against each other. */
export interface DotChart {
  kind: 'dots'
  title: string
  rows: {
    label: string
    /** Said at the end of the row. */
    end: string
    /** From where to where the value may lie. */
    range: [number, number] | null
  }[]
  /** `tick` is an upright line: what the points are measured by. */
  series: {
    name: string
    shape: 'circle' | 'diamond' | 'triangle' | 'square' | 'tick'
    values: (number | null)[]
  }[]
  /** A line between the points of a row: the line is what is looked at. */
  joined: boolean
  axis: Axis
}

/** Rows of bars that are made of parts; a part is null where its length may not be shown. */
export interface StackChart {
  kind: 'stack'
  title: string
  rows: { label: string; end: string; parts: ({ text: string; percent: number } | null)[] }[]
  /** Which of the shades 0…6 each part has. */
  shades: number[]
}

export type ResultChart = DotChart | StackChart

export interface Axis {
  min: number
  max: number
  /** Between two marks. */
  step: number
  /** "%" or "điểm", said at the end of the axis. */
  unit: string
}

/** `shade` where the mark is a part of a bar, else the tone of the mark. */
export interface KeyEntry {
  mark: string
  text: string
  tone: 'first' | 'second' | 'tick' | 'range' | null
  shade: number | null
}

/** A picture in its place. */
export interface ChartInPage {
  id: string
  title: string
  /** What the marks mean; empty where the title says it. */
  key: KeyEntry[]
  json: string
}

export const shades = 7

/** The script may not end early, whatever a name holds. */
export function chartInPage(id: string, chart: ResultChart, key: ChartInPage['key'] = []): ChartInPage {
  return { id, title: chart.title, key, json: JSON.stringify(chart).replaceAll('<', '\\u003c') }
}

/** Shades for `count` parts in an order, as far apart as they can be. */
export function shadesFor(count: number): number[] {
  return Array.from({ length: count }, (_, at) =>
    count === 1 ? shades - 2 : Math.round((at * (shades - 1)) / (count - 1)),
  )
}

export function keyOf(mark: string, text: string, tone: KeyEntry['tone']): KeyEntry {
  return { mark, text, tone, shade: null }
}

export const percentAxis: Axis = { min: 0, max: 100, step: 25, unit: '%' }

/** An axis that holds all values with a little room, between 0 and `limit`, marked in round numbers. */
export function axisFor(values: readonly number[], limit: number, unit: string): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const step = roundStep(Math.max(high - low, limit / 25) / 4)
  const min = Math.max(0, Math.floor((low - step / 4) / step) * step)
  const max = Math.ceil((high + step / 4) / step) * step
  return {
    min: tidy(min),
    max: tidy(Math.max(Math.min(max, Math.ceil(limit / step) * step), min + step)),
    step,
    unit,
  }
}

/** 1, 2 or 5 times a power of ten, not below `wanted`. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted))
  const times = [1, 2, 5, 10].find((each) => each * power >= wanted - 1e-9) ?? 10
  return tidy(times * power)
}

function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
