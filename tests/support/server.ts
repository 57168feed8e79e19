// The site behind one listening server, for many requests at once: they are in the program together.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestSite } from './app.ts'

export interface TestServer {
  address: string
  close: () => Promise<void>
}

export async function listening({ app }: Pick<TestSite, 'app'>): Promise<TestServer> {
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    },
  }
}
