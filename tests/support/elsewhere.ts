// Somebody on another machine, played by another thread: what the program does after its answer does not delay the
// reading of it here, so that the time measured is the time that a stranger sees.
import { Worker } from 'node:worker_threads'

export interface TimedAnswer {
  status: number
  text: string
  headers: Record<string, string>
  ms: number
}

export interface Elsewhere {
  /** Sends a form and does not follow where it leads. */
  ask: (path: string, fields: Record<string, string>) => Promise<TimedAnswer>
  close: () => Promise<unknown>
}

const asker = `
const { parentPort, workerData } = require('node:worker_threads')
parentPort.on('message', async ({ path, fields }) => {
  const start = performance.now()
  const answer = await fetch(workerData + path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
  const ms = performance.now() - start
  const headers = Object.fromEntries(answer.headers)
  parentPort.postMessage({ status: answer.status, headers, text: await answer.text(), ms })
})`

export function elsewhere(server: string): Elsewhere {
  const worker = new Worker(asker, { eval: true, workerData: server })
  return {
    ask: (path, fields) =>
      new Promise((resolve, reject) => {
        worker.once('error', reject)
        worker.once('message', (answer: TimedAnswer) => {
          worker.off('error', reject)
          resolve(answer)
        })
        worker.postMessage({ path, fields })
      }),
    close: () => worker.terminate(),
  }
}
