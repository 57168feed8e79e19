// Question pages: asks before unsaved choices are left behind, sends each page once, goes to what is missing.
import { focusErrorSummary, sendOnce } from './forms.ts'

let unsaved = false

addEventListener('change', () => {
  unsaved = true
})
addEventListener('submit', () => {
  unsaved = false
})
addEventListener('beforeunload', (event) => {
  if (!unsaved) return
  event.preventDefault()
  // Chrome before 119 asks only when this is set.
  event.returnValue = true
})
sendOnce(() => {
  unsaved = false
})
focusErrorSummary()
