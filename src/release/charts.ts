// Which charts there are of a release, and the name of the file of each. Pure.
import { showDay } from '../lib/format.ts'
import { gapChart, rankingChart, unitChart, type DotChart } from './chart-data.ts'
import type { ScoresRelease } from '../score/release.ts'
import type { PictureFormat } from './chart-image.ts'

/** "xep-hang-so.svg", "cach-biet-so.png", "don-vi-SYT.svg" */
export function chartFile(kind: ChartKind, code: string, format: PictureFormat): string {
  return `${kind}-${code}.${format}`
}

export type ChartKind = 'xep-hang' | 'cach-biet' | 'don-vi'

export interface FoundChart {
  chart: DotChart
  format: PictureFormat
}

/** What a file's name asks for; undefined where there is no such thing, null where there is nothing to draw. */
export function findChart(release: ScoresRelease, file: string): FoundChart | null | undefined {
  const [, kind, code = '', format] = /^(xep-hang|cach-biet|don-vi)-(.+)\.(svg|png)$/.exec(file) ?? []
  if (kind === undefined || (format !== 'svg' && format !== 'png')) return undefined
  const unit = kind === 'don-vi' ? release.units.find((each) => each.code === code) : undefined
  const level = release.levels.find((each) => each.code === (unit?.level ?? code))
  if (level === undefined || (kind === 'don-vi' && unit === undefined)) return undefined
  const chart =
    unit !== undefined
      ? unitChart(level, unit)
      : kind === 'xep-hang'
        ? rankingChart(release, level)
        : gapChart(level)
  return chart === null ? null : { chart, format }
}

/** Below every picture: from which release its figures are, and what they are not. */
export function sourceLines(release: ScoresRelease, notice: string | null): string[] {
  const { survey, version, madeOn, hash } = release
  return [
    ...(notice === null ? [] : [`${notice}.`]),
    `Nguồn: ${survey.title} (${survey.year}), bảng điểm bản ${version}, lập ngày ${showDay(madeOn)}; mã kiểm tra ${hash.slice(0, 16)}.`,
  ]
}
