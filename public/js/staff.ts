// Staff pages: sends each form once, keeps a dangerous button off until its word has been typed, and brings the present
// tab into sight.
import { focusErrorSummary, sendOnce } from './forms.ts'

/** Spacing, capitals and accents do not matter: a Telex keyboard may add some by itself. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/gi, 'd')
    .trim()
    .replace(/\s+/g, ' ')
    .toUpperCase()
}

/** `<form data-confirm-word="…">` with `<input data-confirm>`: the server checks the word again. */
function watchConfirmations(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-confirm-word]')) {
    const field = form.querySelector<HTMLInputElement>('input[data-confirm]')
    const button = form.querySelector<HTMLButtonElement>('.govuk-button--warning')
    if (!field || !button) continue
    const check = (): void => {
      button.disabled = plain(field.value) !== plain(form.dataset.confirmWord ?? '')
    }
    field.oninput = check
    check()
  }
}

/**
 * `<textarea data-paper>`: a handheld scanner types a key holder's words and Enter. Enter leads to the next field of the
 * form, so that the next paper lands there by itself; after the last one it stays.
 */
function leadScanner(): void {
  document.addEventListener('keydown', (event) => {
    const field = event.target
    if (event.key !== 'Enter' || !(field instanceof HTMLTextAreaElement) || !('paper' in field.dataset))
      return
    event.preventDefault()
    const fields = [...(field.form?.querySelectorAll<HTMLTextAreaElement>('textarea[data-paper]') ?? [])]
    fields[fields.indexOf(field) + 1]?.focus()
  })
}

/** On a phone each row of a survey's tabs is pushed along. */
function showPresentTabs(): void {
  for (const tab of document.querySelectorAll<HTMLElement>('.tabs [aria-current]')) {
    const row = tab.closest('ul')
    if (row) row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2
  }
}

/**
 * A page left open must not stay to be read once its session has run out (an hour without use): it is fetched anew, which
 * leads to the sign-in. While somebody types, or in another tab works on, the hour begins again.
 */
function leaveWhenOver(): void {
  const patienceMs = 61 * 60_000
  let used = Date.now()
  const use = (): void => {
    used = Date.now()
  }
  for (const kind of ['input', 'click', 'scroll']) addEventListener(kind, use, { passive: true })
  setInterval(() => {
    if (Date.now() - used > patienceMs) location.replace(location.href)
  }, 30_000)
}

sendOnce(watchConfirmations)
leaveWhenOver()
leadScanner()
showPresentTabs()
focusErrorSummary()
