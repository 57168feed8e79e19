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

/** On a phone the tabs of a survey stand in one row that is pushed along. */
function showPresentTab(): void {
  const tab = document.querySelector<HTMLElement>('.tabs [aria-current]')
  const row = tab?.closest('ul')
  if (tab && row) row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2
}

sendOnce(watchConfirmations)
showPresentTab()
focusErrorSummary()
