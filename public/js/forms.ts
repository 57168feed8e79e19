// Shared by the pages that send forms; without scripts every form works all the same.

/**
 * Lets each form be sent once: a second press while the first is under way does nothing. The buttons are switched off
 * after the event, because a button that is off would not be sent along with its form. `<form data-download>` answers
 * with a file, so that no new page ever switches its buttons on again: it is left alone.
 */
export function sendOnce(whenShown: () => void = () => undefined): void {
  const sent = new Set<HTMLFormElement>()
  addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement
    if (sent.has(form)) event.preventDefault()
    if (event.defaultPrevented || 'download' in form.dataset) return
    sent.add(form)
    setTimeout(() => setButtons(form, true))
  })
  // First showing, or back from the next page out of the browser's memory: everything can be sent (again).
  addEventListener('pageshow', () => {
    sent.clear()
    for (const form of document.forms) setButtons(form, false)
    whenShown()
  })
}

function setButtons(form: HTMLFormElement, off: boolean): void {
  for (const button of form.querySelectorAll('button')) button.disabled = off
}

/** Brings people who use a keyboard or a screen reader to what is missing or wrong. */
export function focusErrorSummary(): void {
  document.querySelector<HTMLElement>('.govuk-error-summary')?.focus()
}
