// The thread's side of makeFile(): one file, and the thread ends.
import { parentPort, workerData } from 'node:worker_threads'
import { makeHeavyFile, type HeavyFile } from './heavy.ts'

// Only makeFile() starts this file, with data of this form.
const wanted = workerData as HeavyFile
const content = await makeHeavyFile(wanted)
// Memory that is this buffer's alone is handed over; what shares it, or has it from the drawing library, is copied.
const alone = wanted.kind === 'long' && content.length === content.buffer.byteLength
const own = alone ? content : new Uint8Array(content)
parentPort?.postMessage(own, [own.buffer as ArrayBuffer])
