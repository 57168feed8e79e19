// The thread's side of makeFile(): one file, and the thread ends.
import { parentPort, workerData } from 'node:worker_threads'
import { makeHeavyFile, type HeavyFile } from './heavy.ts'

// Only makeFile() starts this file, with data of this form.
const content = await makeHeavyFile(workerData as HeavyFile)
// A copy in memory of its own: small buffers share theirs with others.
parentPort?.postMessage(new Uint8Array(content))
