// Compiled by tsc, never run: the declarations say what a program may rely on.
import { Client, ChexiaoError, Next, Outcome } from '..'

export async function close (client: Client): Promise<Next> {
  const outcome: Outcome = await client.close({ number: '1' }, { signal: AbortSignal.timeout(1000) })
  if (outcome.outcome === 'closed' && outcome.next === 'done') return outcome.next
  // @ts-expect-error: no such word
  if (outcome.next === 'finished') throw new ChexiaoError()
  // @ts-expect-error: outcomes are read only
  outcome.next = 'done'
  return outcome.next
}
