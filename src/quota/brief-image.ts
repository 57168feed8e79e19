// The short report as a picture to be sent by Zalo: portrait, in large type, legible on a phone without zooming.
import { join } from 'node:path'
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas'
import { evenLines } from '../lib/canvas-lines.ts'
import { projectRoot } from '../lib/root.ts'
import { levelColumns, type Brief } from './brief.ts'

const width = 1080
const edge = 64
const inner = width - 2 * edge
const family = 'Bao cao nhanh'
const ink = '#16191d'
const quiet = '#4d5761'
const blue = '#0b5394'

let fontsReady = false

/** The web's own files of the font hold a part of the letters each; this package has them whole. */
function prepareFonts(): void {
  if (fontsReady) return
  const folder = join(projectRoot, 'node_modules', '@expo-google-fonts', 'be-vietnam-pro')
  for (const file of ['400Regular/BeVietnamPro_400Regular.ttf', '700Bold/BeVietnamPro_700Bold.ttf'])
    if (!GlobalFonts.registerFromPath(join(folder, file), family)) throw new Error(`no font ${file}`)
  fontsReady = true
}

/** A PNG of 1080 px by as much as the words need. */
export function briefImage(brief: Brief): Buffer {
  prepareFonts()
  // Drawn twice: the first time only to learn the height.
  const height = draw(createCanvas(width, 10).getContext('2d'), brief)
  const canvas = createCanvas(width, height)
  const pen = canvas.getContext('2d')
  pen.fillStyle = '#ffffff'
  pen.fillRect(0, 0, width, height)
  draw(pen, brief)
  return canvas.toBuffer('image/png')
}

function draw(pen: SKRSContext2D, brief: Brief): number {
  let y = 0
  const write = (
    text: string,
    size: number,
    look: { bold?: boolean; colour?: string; gap?: number } = {},
  ) => {
    y += look.gap ?? 0
    set(pen, size, look.bold ?? false, look.colour ?? ink)
    for (const words of evenLines(pen, text, inner)) {
      pen.fillText(words, edge, y + size)
      y += Math.round(size * 1.36)
    }
  }
  pen.fillStyle = blue
  pen.fillRect(0, 0, width, 132)
  y = 28
  write(brief.organiser, 28, { bold: true, colour: '#ffffff' })
  write('Báo cáo nhanh', 28, { colour: '#ffffff' })
  y = 132
  if (brief.notice !== null) {
    set(pen, 28, true, ink)
    const lines = evenLines(pen, brief.notice, inner)
    pen.fillStyle = '#fff3d1'
    pen.fillRect(0, y, width, 36 + lines.length * 38)
    write(brief.notice, 28, { bold: true, colour: '#855600', gap: 18 })
    y += 18
  }
  write(brief.survey, 30, { gap: 30 })
  write([brief.plan, brief.at].filter((part) => part !== '').join('. '), 26, { colour: quiet })
  write(brief.heading, 46, { bold: true, gap: 26 })
  y = levels(pen, brief, y + 30)
  if (brief.slowest.length > 0) {
    write('Tỷ lệ thu thấp nhất', 34, { bold: true, gap: 34 })
    for (const [i, { name, counts }] of brief.slowest.entries()) {
      write(`${i + 1}. ${name}`, 30, { gap: 8 })
      write(counts, 28, { colour: quiet })
    }
  }
  for (const { label, text } of brief.facts) {
    write(label, 34, { bold: true, gap: 34 })
    write(text, 28)
  }
  y += 26
  for (const text of brief.footer) write(text, 22, { colour: quiet })
  return y + 44
}

function levels(pen: SKRSContext2D, brief: Brief, top: number): number {
  const size = 28
  const nameWidth = 300
  const column = (inner - nameWidth) / (levelColumns.length - 1)
  let y = top
  const row = (texts: readonly string[], bold: boolean, fontSize: number) => {
    texts.forEach((text, i) => {
      set(pen, fontSize, bold, ink)
      if (i === 0) {
        pen.fillText(fitted(pen, text, nameWidth - 12), edge, y + 42)
        return
      }
      pen.textAlign = 'right'
      pen.fillText(text, edge + nameWidth + column * i, y + 42)
      pen.textAlign = 'left'
    })
    y += 62
    pen.fillStyle = '#c5ccd3'
    pen.fillRect(edge, y, inner, 2)
  }
  row(levelColumns, true, 24)
  brief.levels.forEach((texts, i) => {
    row(texts, brief.levels.length > 1 && i === brief.levels.length - 1, size)
  })
  return y
}

function set(pen: SKRSContext2D, size: number, bold: boolean, colour: string): void {
  pen.font = `${bold ? 700 : 400} ${size}px "${family}"`
  pen.fillStyle = colour
}

function fitted(pen: SKRSContext2D, text: string, most: number): string {
  if (pen.measureText(text).width <= most) return text
  let short = text
  while (short !== '' && pen.measureText(`${short}…`).width > most) short = short.slice(0, -1)
  return `${short.trimEnd()}…`
}
