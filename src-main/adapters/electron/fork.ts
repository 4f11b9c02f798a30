import { utilityProcess } from 'electron'

/**
 * Starts a program of ours as a utility process: a packaged Electron does not run as Node. Its
 * output is piped.
 */
export function forkUtility(program: string, args: readonly string[]) {
  const child = utilityProcess.fork(program, [...args], { stdio: 'pipe' })
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    once: (event: 'exit' | 'error', listener: (why: unknown) => void): void => {
      if (event === 'exit') child.once('exit', () => listener(null))
      else child.once('error', (_, location) => listener(new Error(location)))
    },
    kill: () => child.kill(),
  }
}
