// The page of scoring settings: whenever a choice changes, the examples are computed anew by the server, which stores nothing. Without
// this script the button "Xem thử" does the same.
const form = document.querySelector<HTMLFormElement>('form[data-scoring]')
let asking: AbortController | undefined

async function tryOut(from: HTMLFormElement, signal: AbortSignal): Promise<void> {
  const choices = new URLSearchParams(new FormData(from) as unknown as Record<string, string>)
  const answer = await fetch(`${from.action}?${choices.toString()}`, { signal })
  // 422: something typed is wrong; the page says so in place of the examples.
  if (answer.status !== 200 && answer.status !== 422) return
  // A session that has ended leads to the sign-in: another page.
  if (answer.redirected) return
  show(new DOMParser().parseFromString(await answer.text(), 'text/html'))
}

function show(tried: Document): void {
  for (const here of document.querySelectorAll<HTMLElement>('[data-live]')) {
    const there = tried.getElementById(here.id)
    if (there && there.textContent !== here.textContent)
      here.replaceChildren(...document.importNode(there, true).childNodes)
  }
}

form?.addEventListener('change', () => {
  asking?.abort()
  asking = new AbortController()
  // Refused or without connection: the examples stay as they were, the form works all the same.
  tryOut(form, asking.signal).catch(() => undefined)
})
