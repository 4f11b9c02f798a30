import { Agent, request } from 'node:http'
import { TOKEN } from './served.ts'

/** Requests of scripts, as they come over a real socket. */

export type Told = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  readonly json: unknown
}

export type Asking = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export const BEARER = { authorization: `Bearer ${TOKEN}` }

const isJson = (type: unknown): boolean => String(type).startsWith('application/json')

/** One request on a connection of its own; with the token unless the headers say otherwise. */
export const tell = (port: number, path: string, asking: Asking = {}): Promise<Told> =>
  new Promise((resolve, reject) => {
    const { method = 'GET', headers = BEARER, body } = asking
    const agent = new Agent({ keepAlive: false })
    const sent = request({ port, path, method, headers, agent, host: '127.0.0.1' }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => {
        const json: unknown = isJson(response.headers['content-type']) ? JSON.parse(text) : null
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })

export const post = (port: number, path: string, input: unknown = {}): Promise<Told> =>
  tell(port, path, {
    method: 'POST',
    headers: { ...BEARER, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  })
