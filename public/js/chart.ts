// The chart of days: what to draw lies in the canvas's data-days, and the same figures stand in a table beside it: the
// table is what works without this script.
import { BarController, BarElement, CategoryScale, Chart, LinearScale } from 'chart.js'

Chart.register(BarController, BarElement, CategoryScale, LinearScale)

const axis = new Intl.NumberFormat('vi-VN')

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
  for (const canvas of document.querySelectorAll<HTMLCanvasElement>('canvas[data-days]'))
    drawn.push(drawDays(canvas, JSON.parse(canvas.dataset.days ?? '') as DayChart))
}

// A canvas does not follow the style sheet by itself: drawn again when the scheme changes and when it goes to paper,
// and once the font is there.
for (const query of ['(prefers-color-scheme: dark)', 'print'])
  matchMedia(query).addEventListener('change', drawAll)
void document.fonts.ready.then(drawAll)
