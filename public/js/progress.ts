// The page of progress while it is open: takes the figures anew when the server tells that something has come. Without
// this script the page is as it was when it was fetched, with a link that fetches it again.
import { drawAll } from './chart.ts'

const region = document.querySelector<HTMLElement>('#so-lieu[data-live]')
const said = document.querySelector<HTMLElement>('[data-live-said]')

/** Waits until nobody stands or reads inside with the keyboard or marks words: what one uses must not be pulled away. */
let waiting: string | undefined

function isInUse(): boolean {
  if (!region) return false
  const selection = getSelection()
  const marked = selection && !selection.isCollapsed && region.contains(selection.anchorNode)
  return region.contains(document.activeElement) || Boolean(marked)
}

function show(html: string): void {
  if (!region) return
  if (isInUse()) {
    waiting = html
    return
  }
  waiting = undefined
  const heading = region.querySelector('h1')?.textContent
  // What was unfolded stays so; folds come in a fixed order as long as the same units are late.
  const folds = [...region.querySelectorAll('details')].map((each) => [nameOf(each), each.open] as const)
  region.replaceChildren(...parsed(html).body.childNodes)
  for (const each of region.querySelectorAll('details')) {
    const before = folds.find(([name]) => name === nameOf(each))
    if (before) each.open = before[1]
  }
  drawAll()
  // Only the answer is read out, and only when it is another one.
  const now = region.querySelector('h1')?.textContent
  if (said && now !== heading) said.textContent = now ?? ''
}

function nameOf(fold: HTMLDetailsElement): string {
  const item = fold.closest('li')?.querySelector('strong')?.textContent ?? ''
  return item + (fold.className + (fold.querySelector('summary')?.textContent ?? '').replace(/[\d.]+/g, ''))
}

function showWaiting(): void {
  setTimeout(() => {
    if (waiting !== undefined) show(waiting)
  })
}

if (region?.dataset.live !== undefined && 'EventSource' in window) {
  const source = new EventSource(region.dataset.live)
  let first = true
  source.addEventListener('so-lieu', (event) => {
    const html = JSON.parse((event as MessageEvent<string>).data) as string
    // The first one holds what the page holds already, unless the line was lost in between.
    if (!first || !sameHeading(html)) show(html)
    first = false
  })
  source.onerror = (): void => {
    first = true
    // Refused for good, as when the session has ended: the page is fetched anew, which leads to the sign-in.
    if (source.readyState === EventSource.CLOSED) location.reload()
  }
  region.addEventListener('focusout', showWaiting)
  document.addEventListener('selectionchange', () => {
    if (waiting !== undefined && !isInUse()) showWaiting()
  })
}

function sameHeading(html: string): boolean {
  const heading = region?.querySelector('h1')?.textContent
  return heading !== undefined && parsed(html).querySelector('h1')?.textContent === heading
}

/** What the server sends of its own page: no script of it would run. */
function parsed(html: string): Document {
  return new DOMParser().parseFromString(html, 'text/html')
}

// Esc leaves the room, as people expect of whatever fills the screen.
addEventListener('keydown', (event) => {
  const way = document.querySelector<HTMLAnchorElement>('a[data-esc]')
  if (event.key === 'Escape' && way) location.assign(way.href)
})
// A letter is marked whole by one click, ready to be copied.
document.addEventListener('click', (event) => {
  if (event.target instanceof HTMLTextAreaElement && event.target.readOnly) event.target.select()
})
