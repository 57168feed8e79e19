// Staff pages: sends each form once, and keeps a dangerous button off until its word has been typed.
import { focusErrorSummary, sendOnce } from './forms.ts'

/** Spacing, capitals and accents do not matter: a Telex keyboard may add some by itself. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').trim().replace(/\s+/g, ' ').toUpperCase()
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

sendOnce(watchConfirmations)
focusErrorSummary()
