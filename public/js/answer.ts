// Question pages: keeps what was chosen as one goes, asks before a choice is left behind that could not be kept, sends
// each page once, goes to what is missing. Nothing is stored by this script: the server answers with the sealed cookie.
import { focusErrorSummary, sendOnce } from './forms.ts'

const page = document.querySelector<HTMLFormElement>('form[data-keep]')
const offline = document.querySelector<HTMLElement>('[data-offline]')

/** Something was chosen that the browser does not keep yet. */
let unsaved = false
/** The keeping that is under way; a later choice takes its place, since it holds the earlier ones too. */
let keeping: AbortController | undefined
let kept: Promise<void> = Promise.resolve()
let pressedOffline = false
/** How long a link waits for it (then the browser asks whether to leave), and until it is tried again. */
const patienceMs = 4000

function keep(): void {
  if (!page) return
  unsaved = true
  keeping?.abort()
  const mine = (keeping = new AbortController())
  kept = post(page, mine.signal).then(
    () => {
      if (keeping === mine) unsaved = false
      sayOffline(false)
    },
    () => {
      if (keeping !== mine) return
      sayOffline(true)
      setTimeout(() => {
        if (keeping === mine && unsaved) keep()
      }, patienceMs)
    },
  )
}

/** Any answer will do: why a page is refused (sent elsewhere, closed) is said when it is sent. */
async function post(form: HTMLFormElement, signal: AbortSignal): Promise<void> {
  const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>)
  const { status } = await fetch(`${form.action}/giu`, { method: 'POST', body, signal })
  if (status >= 500) throw new Error('not kept')
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function sayOffline(is: boolean): void {
  if (offline) offline.textContent = is ? (offline.dataset.offline ?? '') : ''
}

addEventListener('change', keep)
addEventListener('online', () => {
  if (unsaved) keep()
  else sayOffline(false)
})
addEventListener('submit', (event) => {
  if (!navigator.onLine && !pressedOffline) {
    // The browser's own page for this speaks another language and has nothing of the form. Who presses again goes on:
    // some browsers are wrong about the line.
    pressedOffline = true
    event.preventDefault()
    sayOffline(true)
    return
  }
  // The page goes along whole. A keeping behind it would put the page back as it was; that it ends is no fault.
  keeping?.abort()
  keeping = undefined
  unsaved = false
})
addEventListener('click', (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[href]')
  const elsewhere = link && link.pathname !== location.pathname && !event.ctrlKey && !event.metaKey
  if (!unsaved || !elsewhere || event.shiftKey || event.button !== 0) return
  event.preventDefault()
  void Promise.race([kept, wait(patienceMs)]).then(() => {
    location.assign(link.href)
  })
})
addEventListener('beforeunload', (event) => {
  if (!unsaved) return
  event.preventDefault()
  // Chrome before 119 asks only when this is set.
  event.returnValue = true
})
sendOnce()
// Chosen before this script was here.
if (page?.querySelector('input:checked:not([checked])')) keep()
focusErrorSummary()
