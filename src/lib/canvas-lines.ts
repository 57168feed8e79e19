// Words on a canvas in lines of about one length: what a picture shows in place of a browser's own breaking of lines.
import type { SKRSContext2D } from '@napi-rs/canvas'

/**
 * The text in as few lines as `most` pixels of width allow, and those as even as may be, so that no word is left over
 * alone. A single word is never torn. The pen's font counts.
 */
export function evenLines(pen: SKRSContext2D, text: string, most: number): string[] {
  let lines = brokenAt(pen, text, most)
  for (let narrower = most - 16; narrower > most / 4; narrower -= 16) {
    const other = brokenAt(pen, text, narrower)
    if (other.length > lines.length) break
    lines = other
  }
  return lines
}

function brokenAt(pen: SKRSContext2D, text: string, most: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && pen.measureText(longer).width > most) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}
