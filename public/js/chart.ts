// Horizontal bar charts. What to draw lies in the page as <script type="application/json" data-chart="ID">, the
// canvas is #ID, and the same figures stand in a table beside it: the table is what works without this script.
import { BarController, BarElement, CategoryScale, Chart, LinearScale } from 'chart.js'

Chart.register(BarController, BarElement, CategoryScale, LinearScale)

interface BarChart {
  labels: string[]
  /** null: nothing may be shown, "–". */
  values: (number | null)[]
  max: number
  /** States the finding; read out in place of the picture. */
  title: string
  /** "%", "điểm" or "". */
  unit: string
}

const axis = new Intl.NumberFormat('vi-VN')
const axisHeight = 34

function draw(canvas: HTMLCanvasElement, { labels, values, max, title, unit }: BarChart): Chart {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(name).trim()
  const text = colour('--govuk-text-colour')
  const font = { family: getComputedStyle(document.body).fontFamily, size: 14 }
  const digits = values.every((value) => value === null || Number.isInteger(value)) ? 0 : 2
  const withUnit = (text: string): string => text + (unit && '\u00a0' + unit)
  // "%" belongs to each figure, "điểm" is said once, by the axis.
  const atBar = unit === '%' ? withUnit : (text: string): string => text
  const exact = new Intl.NumberFormat('vi-VN', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  const show = (value: number): string => atBar(exact.format(value))

  const frame = canvas.parentElement as HTMLElement
  frame.classList.add('chart--drawn')
  // A third of the width, on a phone as much as Chart.js grants an axis.
  const width = Math.max(frame.clientWidth * 0.32, Math.min(frame.clientWidth * 0.4, 130))
  const lines = labels.map((label) => wrap(label, Math.floor(width / 7.6)))
  const rowHeight = Math.max(38, 12 + 17 * Math.max(...lines.map((line) => line.length)))
  frame.style.height = `${labels.length * rowHeight + axisHeight}px`
  canvas.setAttribute('aria-label', title)
  return new Chart(canvas, {
    type: 'bar',
    data: {
      labels: lines,
      datasets: [{ data: values, backgroundColor: colour('--chart-bar'), maxBarThickness: 22 }],
    },
    options: {
      indexAxis: 'y',
      animation: false,
      events: [],
      maintainAspectRatio: false,
      layout: { padding: { right: 12 + 8 * show(max).length } },
      scales: {
        x: {
          min: 0,
          max,
          border: { display: false },
          grid: { display: false },
          ticks: {
            color: text,
            font,
            stepSize: max / 2,
            maxRotation: 0,
            // The unit stands at the end of the axis, once.
            callback: (value) => (value === max ? withUnit : String)(axis.format(Number(value))),
          },
        },
        y: { grid: { display: false }, ticks: { color: text, font, autoSkip: false } },
      },
    },
    plugins: [
      {
        // The value stands at the end of its bar: nothing has to be pointed at or read off the axis.
        id: 'values',
        afterDatasetsDraw({ ctx, scales }) {
          ctx.font = `${font.size}px ${font.family}`
          ctx.fillStyle = text
          ctx.textBaseline = 'middle'
          ctx.textAlign = 'left'
          values.forEach((value, index) => {
            const y = scales.y?.getPixelForValue(index) ?? 0
            const x = scales.x?.getPixelForValue(value ?? 0) ?? 0
            ctx.fillText(value === null ? '–' : show(value), x + 7, y)
          })
        },
      },
    ],
  })
}

/** Breaks a label between words; Chart.js sets each part on its own line. */
function wrap(label: string, signsPerLine: number): string[] {
  const lines = ['']
  for (const word of label.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + 1 + word.length > signsPerLine) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}

interface DayChart {
  labels: string[]
  values: number[]
  title: string
}

/** Columns, one for each day, each with its figure above it. */
function drawDays(canvas: HTMLCanvasElement, { labels, values, title }: DayChart): Chart {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(name).trim()
  const text = colour('--govuk-text-colour')
  const font = { family: getComputedStyle(document.body).fontFamily, size: 13 }
  const frame = canvas.parentElement as HTMLElement
  frame.classList.add('chart--drawn')
  frame.style.height = '280px'
  canvas.setAttribute('aria-label', title)
  return new Chart(canvas, {
    type: 'bar',
    data: {
      labels,
      datasets: [{ data: values, backgroundColor: colour('--chart-bar'), maxBarThickness: 44 }],
    },
    options: {
      animation: false,
      events: [],
      maintainAspectRatio: false,
      layout: { padding: { top: 22 } },
      scales: {
        x: { grid: { display: false }, ticks: { color: text, font, maxRotation: 0 } },
        y: { display: false, min: 0 },
      },
    },
    plugins: [
      {
        id: 'values',
        afterDatasetsDraw({ ctx, scales }) {
          // More days than figures have room for: the table holds them.
          const room = (scales.x?.width ?? 0) / values.length
          if (room < 24) return
          ctx.font = `${font.size}px ${font.family}`
          ctx.fillStyle = text
          ctx.textBaseline = 'bottom'
          ctx.textAlign = 'center'
          values.forEach((value, index) => {
            const x = scales.x?.getPixelForValue(index) ?? 0
            ctx.fillText(axis.format(value), x, (scales.y?.getPixelForValue(value) ?? 0) - 3)
          })
        },
      },
    ],
  })
}

let drawn: Chart[] = []

/** Draws every chart of the page, again where one was. */
export function drawAll(): void {
  for (const chart of drawn) chart.destroy()
  drawn = []
  for (const data of document.querySelectorAll<HTMLScriptElement>('script[data-chart]')) {
    const canvas = document.getElementById(data.dataset.chart ?? '')
    if (canvas instanceof HTMLCanvasElement) drawn.push(draw(canvas, JSON.parse(data.text) as BarChart))
  }
  for (const canvas of document.querySelectorAll<HTMLCanvasElement>('canvas[data-days]'))
    drawn.push(drawDays(canvas, JSON.parse(canvas.dataset.days ?? '') as DayChart))
}

// A canvas does not follow the style sheet by itself: drawn again when the scheme changes and when it goes to paper,
// and once the font is there.
for (const query of ['(prefers-color-scheme: dark)', 'print'])
  matchMedia(query).addEventListener('change', drawAll)
void document.fonts.ready.then(drawAll)
