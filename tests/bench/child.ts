// A server in a process of its own, and the few questions that the bench asks it beside HTTP: over Node's own channel,
// so that nothing of it is in the way of the requests that are measured.
import { fork } from 'node:child_process'
import { z } from 'zod'

const Reply = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ id: z.number(), answer: z.unknown() }),
  z.object({ id: z.number(), error: z.string() }),
])
const Question = z.object({ id: z.number(), name: z.string(), input: z.unknown() })

/** Milliseconds of processor time that a server has used, all its threads together. */
export const Cpu = z.number()

export interface Child {
  ask<Schema extends z.ZodType>(name: string, schema: Schema, input?: unknown): Promise<z.infer<Schema>>
  stop: () => Promise<void>
}

/** Starts a TypeScript file of this folder with `args` and resolves when it can be asked. */
export async function startChild(file: string, args: string[], nodeOptions: string[]): Promise<Child> {
  const process_ = fork(file, args, {
    execPath: process.execPath,
    // Structured copies, so that bytes and `undefined` arrive as they are.
    serialization: 'advanced',
    execArgv: [...process.execArgv, ...nodeOptions],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (reason: Error) => void }>()
  const gone = new Promise<void>((resolve) => process_.once('exit', () => resolve()))
  let ready: (() => void) | undefined
  let stopping = false
  let questions = 0

  process_.on('message', (message) => {
    const reply = Reply.parse(message)
    if ('ready' in reply) {
      ready?.()
      return
    }
    const asked = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('error' in reply) asked?.reject(new Error(`${file}: ${reply.error}`))
    else asked?.resolve(reply.answer)
  })
  process_.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended (${code ?? 'killed'})`))
    waiting.clear()
  })

  await new Promise<void>((resolve, reject) => {
    ready = resolve
    process_.once('error', reject)
    process_.once('exit', (code) => {
      if (!stopping) reject(new Error(`${file} ended before it was ready (${code ?? 'killed'})`))
    })
  })
  return {
    async ask(name, schema, input) {
      const answer = await new Promise((resolve, reject) => {
        const id = ++questions
        waiting.set(id, { resolve, reject })
        process_.send({ id, name, input }, (error) => {
          if (error) reject(error)
        })
      })
      return schema.parse(answer)
    },
    stop: async () => {
      stopping = true
      if (process_.connected) process_.disconnect()
      await gone
    },
  }
}

type Handlers = Record<string, (input: unknown) => unknown>

/** The child's side: answers by name, and ends when the bench lets go or dies. */
export function answerQuestions(handlers: Handlers, stop: () => Promise<void> | void): void {
  const all: Handlers = { cpu: () => cpuMs(), ...handlers }
  const send = (message: object) => void process.send?.(message)
  process.on('message', (message) => {
    const { id, name, input } = Question.parse(message)
    const handler = all[name]
    if (!handler) throw new Error(`nobody answers "${name}" here`)
    Promise.resolve()
      .then(() => handler(input))
      .then(
        (answer) => send({ id, answer }),
        (error: unknown) => send({ id, error: error instanceof Error ? error.message : String(error) }),
      )
  })
  process.on('disconnect', () => {
    // exit() and not only the end of the work: --cpu-prof writes its file then.
    void Promise.resolve(stop()).finally(() => process.exit())
  })
  send({ ready: true })
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
