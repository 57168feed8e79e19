// The pictures of results. What to draw lies in the page as <script type="application/json" data-chart="ID">, the canvas is
// #ID, and the same figures stand in a table: the table is what works without this script. Colours come from the style
// sheet, those of the screen or those of paper.
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from 'chart.js'
import type { Plugin } from 'chart.js'
import type { Axis, DotChart, ResultChart, StackChart } from '../../src/score/chart-data.ts'

Chart.register(
  ...[BarController, BarElement, CategoryScale, LinearScale, LineController, LineElement, PointElement],
)

/** The width of an A4 page between its margins, in CSS pixels: 182 mm. */
const paperWidth = 680
/** Names are wrapped, and end in "…" where the table has the rest. */
const mostLines = 3
const axisHeight = 46
const numbers = new Intl.NumberFormat('vi-VN')

interface Look {
  onPaper: boolean
  width: number
  colour: (name: string) => string
  font: { family: string; size: number }
}

function lookOf(frame: HTMLElement, onPaper: boolean): Look {
  frame.style.width = onPaper ? `${paperWidth}px` : ''
  const style = getComputedStyle(document.documentElement)
  return {
    onPaper,
    width: onPaper ? paperWidth : frame.clientWidth,
    colour: (name) => style.getPropertyValue(`--${onPaper ? 'paper' : 'chart'}-${name}`).trim(),
    font: { family: getComputedStyle(document.body).fontFamily, size: onPaper ? 12 : 14 },
  }
}

function draw(canvas: HTMLCanvasElement, data: ResultChart, onPaper: boolean): Chart {
  const frame = canvas.parentElement as HTMLElement
  frame.classList.add('chart--drawn')
  const look = lookOf(frame, onPaper)
  const lineHeight = look.font.size * 1.25
  // On a phone names have little room whatever is done: a little less than half.
  const labelWidth = onPaper
    ? look.width * 0.42
    : Math.max(look.width * 0.34, Math.min(look.width * 0.42, 150))
  const width = widthIn(canvas, look)
  const lines = data.rows.map(({ label }) => wrap(label, (text) => width(text) <= labelWidth))
  const least = data.kind === 'stack' ? 34 : 26
  const rowHeight = Math.max(
    onPaper ? 20 : least,
    7 + lineHeight * Math.max(...lines.map((each) => each.length)),
  )
  frame.style.height = `${data.rows.length * rowHeight + axisHeight}px`
  const end = Math.max(0, ...data.rows.map((row) => width(row.end)))
  const common = commonOf(look, labelWidth, end)
  return data.kind === 'dots'
    ? drawDots(canvas, data, lines, look, common)
    : drawStack(canvas, data, lines, look, common)
}

interface Common {
  layout: { padding: { right: number; top: number } }
  y: object
  x: (axis: Axis) => object
}

function commonOf({ colour, font, onPaper }: Look, labelWidth: number, end: number): Common {
  return {
    layout: { padding: { right: end + 14, top: 2 } },
    y: {
      grid: { color: colour('grid'), drawTicks: false },
      border: { display: false },
      offset: true,
      ticks: { color: colour('text'), font, autoSkip: false, padding: 8 },
      afterFit: (scale: { width: number }) => {
        scale.width = labelWidth + 12
      },
    },
    x: ({ min, max, step, unit }) => ({
      min,
      max,
      border: { display: false },
      grid: { color: colour('grid'), drawTicks: false, lineWidth: onPaper ? 0.5 : 1 },
      ticks: {
        color: colour('text'),
        font,
        stepSize: step,
        maxRotation: 0,
        autoSkipPadding: 12,
        // The unit stands at the end of the axis, once.
        callback: (value: number | string) =>
          numbers.format(Number(value)) + (Number(value) === max ? `\u00a0${unit}` : ''),
      },
    }),
  }
}

const shared = { animation: false as const, events: [] as [], maintainAspectRatio: false }

function densityOf({ onPaper }: Look): number {
  return onPaper ? 3 : Math.max(devicePixelRatio, 1)
}

const pointStyles = {
  circle: { pointStyle: 'circle', radius: 6, rotation: 0 },
  diamond: { pointStyle: 'rectRot', radius: 7, rotation: 0 },
  triangle: { pointStyle: 'triangle', radius: 7, rotation: 0 },
  square: { pointStyle: 'rect', radius: 6, rotation: 0 },
  tick: { pointStyle: 'line', radius: 9, rotation: 90 },
} as const

function drawDots(
  canvas: HTMLCanvasElement,
  { rows, series, joined, axis }: DotChart,
  labels: string[][],
  look: Look,
  common: Common,
): Chart {
  const { colour } = look
  return new Chart(canvas, {
    type: 'line',
    data: {
      labels,
      datasets: series.map(({ shape, values }, at) => {
        const own = colour(shape === 'tick' ? 'tick' : `series-${Math.min(at, 1) + 1}`)
        return {
          data: values,
          showLine: false,
          clip: false as const,
          ...pointStyles[shape],
          // On a phone an interval may be shorter than a full point is wide.
          ...(look.width < 480 && shape !== 'tick' ? { radius: 4.5 } : {}),
          borderWidth: shape === 'tick' ? 4 : 1,
          pointBorderColor: shape === 'tick' ? own : colour('edge'),
          pointBackgroundColor: own,
        }
      }),
    },
    options: {
      ...shared,
      devicePixelRatio: densityOf(look),
      indexAxis: 'y',
      layout: common.layout,
      scales: { x: common.x(axis), y: common.y },
    },
    plugins: [joined ? lines(series, look) : whiskers(rows, look), ends(rows, look)] as Plugin<'line'>[],
  })
}

/** Error bars: from end to end of each row's range, with a short stroke at both. */
function whiskers(rows: DotChart['rows'], { colour, onPaper }: Look): Plugin {
  return {
    id: 'whiskers',
    beforeDatasetsDraw({ ctx, scales: { x, y } }) {
      if (!x || !y) return
      ctx.save()
      ctx.strokeStyle = colour('range')
      ctx.lineWidth = onPaper ? 1.2 : 2
      ctx.beginPath()
      rows.forEach(({ range }, row) => {
        if (range === null) return
        const [from, to] = [x.getPixelForValue(range[0]), x.getPixelForValue(range[1])]
        const at = y.getPixelForValue(row)
        ctx.moveTo(from, at)
        ctx.lineTo(to, at)
        for (const end of [from, to]) {
          ctx.moveTo(end, at - 5)
          ctx.lineTo(end, at + 5)
        }
      })
      ctx.stroke()
      ctx.restore()
    },
  }
}

/** The line between the points of a row. */
function lines(series: DotChart['series'], { colour }: Look): Plugin {
  return {
    id: 'lines',
    beforeDatasetsDraw({ ctx, scales: { x, y } }) {
      if (!x || !y) return
      ctx.save()
      ctx.strokeStyle = colour('range')
      ctx.lineWidth = 3
      ctx.beginPath()
      for (let row = 0; row < (series[0]?.values.length ?? 0); row++) {
        const known = series.flatMap(({ values }) => values[row] ?? [])
        ctx.moveTo(x.getPixelForValue(Math.min(...known)), y.getPixelForValue(row))
        ctx.lineTo(x.getPixelForValue(Math.max(...known)), y.getPixelForValue(row))
      }
      ctx.stroke()
      ctx.restore()
    },
  }
}

/** The figure stands at the end of its row: nothing has to be pointed at or read off the axis. */
function ends(rows: { end: string }[], { colour, font }: Look): Plugin {
  return {
    id: 'ends',
    afterDatasetsDraw({ ctx, chartArea, scales: { y } }) {
      ctx.save()
      ctx.font = `${font.size}px ${font.family}`
      ctx.fillStyle = colour('text')
      ctx.textBaseline = 'middle'
      ctx.textAlign = 'right'
      const right = chartArea.right + 10 + Math.max(...rows.map(({ end }) => ctx.measureText(end).width))
      rows.forEach(({ end }, row) => {
        ctx.fillText(end, right, y?.getPixelForValue(row) ?? 0)
      })
      ctx.restore()
    },
  }
}

function drawStack(
  canvas: HTMLCanvasElement,
  { rows, shades }: StackChart,
  labels: string[][],
  look: Look,
  common: Common,
): Chart {
  const { colour } = look
  return new Chart(canvas, {
    type: 'bar',
    data: {
      labels,
      datasets: shades.map((shade, part) => ({
        data: rows.map(({ parts }) => parts[part]?.percent ?? null),
        backgroundColor: colour(`shade-${shade}`),
        borderColor: colour('edge'),
        borderWidth: 1,
        borderSkipped: false as const,
        barPercentage: 0.82,
        categoryPercentage: 0.92,
        maxBarThickness: look.onPaper ? 18 : 26,
      })),
    },
    options: {
      ...shared,
      devicePixelRatio: densityOf(look),
      indexAxis: 'y',
      layout: common.layout,
      scales: {
        x: { ...common.x({ min: 0, max: 100, step: 25, unit: '%' }), stacked: true },
        y: { ...common.y, stacked: true, grid: { display: false } },
      },
    },
    plugins: [inParts(rows, shades, look), ends(rows, look)] as Plugin<'bar'>[],
  })
}

/** What a part says stands in it, where there is room. */
function inParts(rows: StackChart['rows'], shades: number[], { colour, font }: Look): Plugin {
  return {
    id: 'parts',
    afterDatasetsDraw({ ctx, scales: { x, y } }) {
      if (!x || !y) return
      ctx.save()
      ctx.font = `${font.size - 1}px ${font.family}`
      ctx.textBaseline = 'middle'
      ctx.textAlign = 'center'
      rows.forEach(({ parts }, row) => {
        let before = 0
        parts.forEach((part, at) => {
          if (part === null) return
          const [from, to] = [x.getPixelForValue(before), x.getPixelForValue(before + part.percent)]
          before += part.percent
          if (part.text === '' || ctx.measureText(part.text).width + 6 > to - from) return
          ctx.fillStyle = readableOn(colour(`shade-${shades[at] ?? 0}`))
          ctx.fillText(part.text, (from + to) / 2, y.getPixelForValue(row))
        })
      })
      ctx.restore()
    },
  }
}

/** Black or white, whichever is read more easily on #rrggbb (relative luminance of WCAG). */
function readableOn(background: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(background.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000' : '#fff'
}

/** How wide a text will be. */
function widthIn(canvas: HTMLCanvasElement, { font }: Look): (text: string) => number {
  const context = canvas.getContext('2d')
  if (!context) return () => 0
  context.font = `${font.size}px ${font.family}`
  return (text) => context.measureText(text).width
}

/** Breaks a label between words; Chart.js sets each part on its own line. What needs more than three ends in "…". */
function wrap(label: string, fits: (text: string) => boolean): string[] {
  const lines = ['']
  for (const word of label.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim()
    if (lines.at(-1) !== '' && !fits(longer)) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  if (lines.length <= mostLines) return lines
  const words = (lines[mostLines - 1] ?? '').split(' ')
  while (words.length > 1 && !fits(`${words.join(' ')} …`)) words.pop()
  return [...lines.slice(0, mostLines - 1), `${words.join(' ')} …`]
}

let drawn: Chart[] = []

/** Draws every picture of the page, again where one was. */
function drawAll(onPaper: boolean): void {
  for (const chart of drawn) chart.destroy()
  drawn = []
  for (const data of document.querySelectorAll<HTMLScriptElement>('script[data-chart]')) {
    const canvas = document.getElementById(data.dataset.chart ?? '')
    if (canvas instanceof HTMLCanvasElement)
      drawn.push(draw(canvas, JSON.parse(data.text) as ResultChart, onPaper))
  }
}

// A canvas does not follow the style sheet by itself: drawn again when the scheme changes, when it goes to paper and comes
// back, and once the font is there.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawAll(false))
matchMedia('print').addEventListener('change', ({ matches }) => drawAll(matches))
addEventListener('beforeprint', () => drawAll(true))
addEventListener('afterprint', () => drawAll(false))
// Names are wrapped to the width: a phone that is turned has another one.
let width = innerWidth
addEventListener('resize', () => {
  if (innerWidth === width) return
  width = innerWidth
  drawAll(false)
})
void document.fonts.ready.then(() => drawAll(false))
