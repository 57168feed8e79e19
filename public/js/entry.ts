// The entry page: a scanned card opens PUBLIC_URL/#CODE (and an activation slip its own address). The code is moved into the form, out of the address bar and
// the history, and sent. Without this script the page shows the field and the card shows the code.
import { focusErrorSummary } from './forms.ts'

function sendFragment(): void {
  const hash = location.hash.slice(1)
  // A link to a place on this page (skip link, error summary) is no code.
  if (!/[0-9A-Za-z]{4}/.test(hash) || document.getElementById(hash)) return
  const form = document.querySelector<HTMLFormElement>('form[data-entry]')
  const field = form?.querySelector<HTMLInputElement>('input[name=code]')
  if (!form || !field) return
  // Links with a code lead to one address for each form: elsewhere, as on a refused page, the end of an address is a
  // place on some page.
  if (location.pathname !== form.dataset.entry) return
  field.value = decode(hash)
  history.replaceState(null, '', location.pathname + location.search)
  // iOS before 16 has no requestSubmit.
  if ('requestSubmit' in form) form.requestSubmit()
  else (form as HTMLFormElement).submit()
}

function decode(hash: string): string {
  try {
    return decodeURIComponent(hash)
  } catch {
    return hash
  }
}

sendFragment()
focusErrorSummary()
addEventListener('hashchange', sendFragment)
