// Tells everybody who watches a survey that something has come. One question to the database for all watchers of a survey,
// however many, and none while nobody watches. Pure but for the timer.

/**
 * Not more often than this: somebody who sits beside a respondent and watches the page should not be able to tell by it
 * who has just pressed the button. Several ballots of those seconds are told as one change.
 */
export const watchEveryMs = 5_000

interface Watched<Figures> {
  timer: NodeJS.Timeout
  mark: string | undefined
  asking: boolean
  listeners: Set<(figures: Figures | undefined) => void>
}

export interface Watch<Figures> {
  /**
   * Calls at every beat: with the new figures when something has changed, else with undefined, which keeps the line
   * alive. Gives what ends it.
   */
  watch: (id: string, listener: (figures: Figures | undefined) => void) => () => void
}

export function createWatch<Figures>(
  markOf: (id: string) => Promise<string>,
  read: (id: string) => Promise<Figures>,
): Watch<Figures> {
  const watched = new Map<string, Watched<Figures>>()

  async function beat(id: string, entry: Watched<Figures>): Promise<void> {
    if (entry.asking) return
    entry.asking = true
    try {
      const mark = await markOf(id)
      const changed = mark !== entry.mark
      entry.mark = mark
      const figures = changed ? await read(id) : undefined
      for (const listener of [...entry.listeners]) listener(figures)
    } catch {
      // A store that is busy for a moment: the next beat asks again, and tells what changed meanwhile.
      entry.mark = undefined
    } finally {
      entry.asking = false
    }
  }

  return {
    watch(id, listener) {
      let entry = watched.get(id)
      if (entry === undefined) {
        const made: Watched<Figures> = {
          timer: setInterval(() => void beat(id, made), watchEveryMs).unref(),
          mark: undefined,
          asking: false,
          listeners: new Set(),
        }
        watched.set(id, made)
        entry = made
      }
      const { listeners, timer } = entry
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0 || watched.get(id)?.listeners !== listeners) return
        clearInterval(timer)
        watched.delete(id)
      }
    },
  }
}
