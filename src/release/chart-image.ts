// A chart of results as a picture for reports: PNG at print quality, or SVG whose letters are outlines, so that Word shows
// them right on every machine. Chart.js draws on the server as it does in the browser; white ground, no network, no chance.
import { join } from 'node:path'
import { createCanvas, GlobalFonts, SvgExportFlag, type SKRSContext2D } from '@napi-rs/canvas'
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type ChartItem,
  type Plugin,
} from 'chart.js'
import { projectRoot } from '../lib/root.ts'
import { showNumber } from '../lib/format.ts'
import type { DotChart } from './chart-data.ts'

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
)

export type PictureFormat = 'svg' | 'png'

const family = 'Bieu do'
const width = 1200
const edge = 36
const ink = '#16191d'
const quiet = '#4d5761'
const span = '#a9c6e3'
/** Told apart by shape and by lightness too. */
const looks = [
  { colour: '#0b5394', style: 'circle', size: 8 },
  { colour: '#b45309', style: 'rectRot', size: 9 },
  { colour: '#166534', style: 'triangle', size: 9 },
  { colour: '#6b21a8', style: 'rect', size: 7 },
] as const
const titleSize = 25
const textSize = 17
const rowText = 16
const signsOfLabel = 44

let fontsReady = false

function prepareFonts(): void {
  if (fontsReady) return
  const folder = join(projectRoot, 'node_modules', '@expo-google-fonts', 'be-vietnam-pro')
  for (const file of ['400Regular/BeVietnamPro_400Regular.ttf', '700Bold/BeVietnamPro_700Bold.ttf'])
    if (!GlobalFonts.registerFromPath(join(folder, file), family)) throw new Error(`no font ${file}`)
  fontsReady = true
}

/** Pixels of a PNG for each of the drawing: 1200 x 2 on 16 cm of paper are 380 dpi. */
const sharpness = 2

/** @param source says below the picture from which release it is. */
export function chartImage(chart: DotChart, source: string[], format: PictureFormat): Buffer {
  prepareFonts()
  const labels = chart.rows.map(({ label }) => wrapped(label, signsOfLabel))
  const title = wrapped(chart.title, 84)
  const note = wrapped(chart.note, 128)
  const top = edge + title.length * 34 + note.length * 24 + (chart.series.length > 1 ? 40 : 8)
  const foot = source.flatMap((line) => wrapped(line, 140))
  const bottom = edge + foot.length * 21
  const rowHeight = Math.max(34, 10 + 20 * Math.max(...labels.map((lines) => lines.length)))
  const height = top + chart.rows.length * rowHeight + 40 + bottom
  const canvas =
    format === 'svg'
      ? createCanvas(width, height, SvgExportFlag.ConvertTextToPaths)
      : createCanvas(width, height)
  // The one on which Chart.js draws too.
  const pen: SKRSContext2D = canvas.getContext('2d')
  const words: Plugin = {
    id: 'words',
    beforeDraw() {
      pen.fillStyle = '#ffffff'
      pen.fillRect(0, 0, width, height)
    },
    afterDraw({ scales }) {
      const write = (text: string, x: number, y: number, size: number, colour: string, bold = false) => {
        pen.font = `${bold ? 700 : 400} ${size}px "${family}"`
        pen.fillStyle = colour
        pen.textAlign = 'left'
        pen.textBaseline = 'alphabetic'
        pen.fillText(text, x, y)
        return x + pen.measureText(text).width
      }
      let y = edge + titleSize - 6
      for (const line of title) {
        write(line, edge, y, titleSize, ink, true)
        y += 34
      }
      for (const line of note) {
        write(line, edge, y - 4, textSize, quiet)
        y += 24
      }
      if (chart.series.length > 1) {
        let x = edge + 8
        chart.series.forEach((name, at) => {
          const look = lookOf(at)
          pen.fillStyle = look.colour
          mark(pen, look.style, x, y + 8, look.size)
          x = write(name, x + 16, y + 14, textSize, ink) + 36
        })
      }
      chart.rows.forEach(({ words: text }, at) => {
        const middle = scales.y?.getPixelForValue(at) ?? 0
        write(text, (scales.x?.right ?? 0) + 16, middle + 6, rowText, ink, true)
      })
      foot.forEach((line, at) => {
        write(line, edge, height - edge + 14 - (foot.length - 1 - at) * 21, 14, quiet)
      })
    },
  }
  const picture = new Chart<'bar' | 'line', (number | [number, number] | null)[]>(canvas as ChartItem, {
    type: 'bar',
    data: {
      labels,
      datasets: [
        // The first lies on top.
        ...chart.series.map((_, at) => {
          const look = lookOf(at)
          return {
            type: 'line' as const,
            data: chart.rows.map(({ values }) => values[at] ?? null),
            showLine: false,
            backgroundColor: look.colour,
            borderColor: '#ffffff',
            pointBorderWidth: 1.5,
            pointStyle: look.style,
            pointRadius: look.size,
          }
        }),
        {
          data: chart.rows.map((row) => row.span),
          backgroundColor: span,
          barThickness: chart.series.length > 1 ? 5 : 9,
          // A span of nothing is none.
          minBarLength: 0,
        },
      ],
    },
    options: {
      indexAxis: 'y',
      responsive: false,
      animation: false,
      events: [],
      devicePixelRatio: format === 'svg' ? 1 : sharpness,
      layout: {
        padding: {
          top,
          bottom,
          left: edge,
          right: edge + 14 + 10 * Math.max(...chart.rows.map(({ words: text }) => text.length)),
        },
      },
      font: { family, size: rowText },
      scales: {
        x: {
          min: 0,
          max: chart.max,
          border: { display: false },
          grid: { color: '#e3e7eb' },
          ticks: {
            color: quiet,
            font: { family, size: 15 },
            maxTicksLimit: 6,
            callback: (value) =>
              Number(value) === chart.max
                ? `${showNumber(Number(value))} ${chart.unit}`
                : showNumber(Number(value)),
          },
        },
        y: {
          grid: { display: false },
          ticks: { color: ink, font: { family, size: rowText }, autoSkip: false },
        },
      },
    },
    plugins: [words],
  })
  try {
    return 'getContent' in canvas ? canvas.getContent() : canvas.toBuffer('image/png')
  } finally {
    picture.destroy()
  }
}

function lookOf(series: number): (typeof looks)[number] {
  return looks[series % looks.length] ?? looks[0]
}

/** The sign of a series in the line that explains them. */
function mark(
  pen: Pick<SKRSContext2D, 'beginPath' | 'arc' | 'moveTo' | 'lineTo' | 'closePath' | 'fill' | 'fillRect'>,
  style: (typeof looks)[number]['style'],
  x: number,
  y: number,
  size: number,
): void {
  const corners: Record<typeof style, [number, number][]> = {
    circle: [],
    rectRot: [
      [0, -size],
      [size, 0],
      [0, size],
      [-size, 0],
    ],
    triangle: [
      [0, -size],
      [size, size * 0.7],
      [-size, size * 0.7],
    ],
    rect: [
      [-size, -size],
      [size, -size],
      [size, size],
      [-size, size],
    ],
  }
  pen.beginPath()
  if (style === 'circle') pen.arc(x, y, size, 0, 2 * Math.PI)
  corners[style].forEach(([right, down], at) => {
    if (at === 0) pen.moveTo(x + right, y + down)
    else pen.lineTo(x + right, y + down)
  })
  pen.closePath()
  pen.fill()
}

/** Breaks between words. */
function wrapped(text: string, signsInLine: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + 1 + word.length > signsInLine) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}
