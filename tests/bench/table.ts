// Figures into words: the median of the rounds with the smallest and the largest, and the pairs' ratios.

/** One window of work. */
export interface Window {
  done: number
  seconds: number
  /** Processor time of the server process for it, milliseconds. */
  cpuMs: number
  /** Share of the machine's processors that neither this bench nor its servers used, 0…1. */
  othersShare: number
}

/** Ours and the bare server's windows of one round, one right after the other. */
export interface Pair {
  ours: Window
  bare: Window
}

export interface Result {
  name: string
  /** What has to be reached, per second. */
  target: number | undefined
  pairs: Pair[]
}

export interface Micro {
  name: string
  perSecond: number[]
}

export interface Spread {
  median: number
  min: number
  max: number
}

export function spreadOf(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (i: number) => sorted[i] ?? NaN
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2
  return { median, min: at(0), max: at(sorted.length - 1) }
}

/** What a result comes to; rates per second, `cpuMs` per piece of work. */
export function summaryOf({ name, target, pairs }: Result) {
  const rate = ({ done, seconds }: Window) => done / seconds
  const cpu = ({ done, cpuMs }: Window) => cpuMs / done
  return {
    name,
    target,
    ours: spreadOf(pairs.map(({ ours }) => rate(ours))),
    bare: spreadOf(pairs.map(({ bare }) => rate(bare))),
    ratio: spreadOf(pairs.map(({ ours, bare }) => rate(ours) / rate(bare))),
    others: spreadOf(pairs.flatMap(({ ours, bare }) => [ours.othersShare, bare.othersShare])),
    cpuMs: {
      ours: spreadOf(pairs.map(({ ours }) => cpu(ours))),
      bare: spreadOf(pairs.map(({ bare }) => cpu(bare))),
    },
  }
}

export function tableOf(results: Result[], micros: Micro[]): string {
  const head = [
    'per second: median (min–max)',
    'ours',
    'bare Express',
    'ours/bare',
    'server CPU ms each',
    'other work',
    'target',
  ]
  const rows = results.map((result) => {
    const { name, target, ours, bare, ratio, others, cpuMs } = summaryOf(result)
    return [
      name,
      words(ours, count),
      words(bare, count),
      words(ratio, ratioText),
      `${cpuMs.ours.median.toFixed(2)} / ${cpuMs.bare.median.toFixed(2)}`,
      `${Math.round(100 * others.median)} %`,
      target === undefined ? '' : `>= ${target}: ${ours.median >= target ? 'reached' : 'MISSED'}`,
    ]
  })
  const inside = micros.map(({ name, perSecond }) => [name, words(spreadOf(perSecond), count)])
  return aligned([head, ...rows, ...inside])
}

/** Milliseconds until the first byte, and of the server's processor time. */
export interface CostRow {
  name: string
  first: { wall: Spread; cpu: Spread }
  uncached: { wall: Spread; cpu: Spread }
  cached: { wall: Spread; cpu: Spread }
}

/** Rows side by side; the last column is what adding up costs beside the first row of the table. */
export function costTableOf(rows: CostRow[]): string {
  const head = [
    'page of progress, ms: first byte (server CPU)',
    'first of a process',
    'added up anew',
    'kept',
    'added up, CPU / first row',
  ]
  const cost = ({ wall, cpu }: CostRow['first']) => `${wall.median.toFixed(1)} (${cpu.median.toFixed(1)})`
  const base = rows[0]?.uncached.cpu.median ?? NaN
  return aligned([
    head,
    ...rows.map(({ name, first, uncached, cached }) => [
      name,
      cost(first),
      cost(uncached),
      cost(cached),
      ratioText(uncached.cpu.median / base),
    ]),
  ])
}

function words({ median, min, max }: Spread, show: (value: number) => string): string {
  return `${show(median)} (${show(min)}–${show(max)})`
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function ratioText(value: number): string {
  return value.toFixed(2)
}

function aligned(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: string[]) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('   ')
      .trimEnd()
  const [head = [], ...body] = rows
  return [line(head), '-'.repeat(widths.reduce((sum, width) => sum + width + 3, -3)), ...body.map(line)].join(
    '\n',
  )
}
