import { untrack } from 'svelte';
import type { Call, Fault, Procedure } from '../../host';

/** Between two questions after one that failed, in milliseconds. */
const PAUSE = 3000;
/** After an answer. */
const BREATH = 250;

/** What nobody waits for any more: the next question would be answered the same. */
const OVER = new Set(['session_ended', 'flow_not_there', 'not_allowed']);

/**
 * Asks, one question at a time, whether a procedure has gone on; each question is answered at the next change, or
 * after some twenty seconds.
 */
export class Live {
  /** The last question failed; the next one is on its way. */
  fault = $state.raw<Fault | null>(null);

  /** Gives what ends it. */
  watch(call: Call, now: () => Procedure, tell: (next: Procedure) => void): () => void {
    const ends = new AbortController();
    void untrack(() => this.#ask(call, now, tell, ends.signal));
    return () => {
      ends.abort();
      this.fault = null;
    };
  }

  async #ask(call: Call, now: () => Procedure, tell: (next: Procedure) => void, ends: AbortSignal): Promise<void> {
    while (!ends.aborted) {
      const { id, version } = now();
      try {
        const next = await call('await_procedure', { id, version }, ends);
        if (ends.aborted) return;
        this.fault = null;
        if (next.version > now().version) tell(next);
        // It may have come to a step where nothing is waited for.
        await pause(BREATH, ends);
      } catch (thrown) {
        if (ends.aborted) return;
        this.fault = thrown as Fault;
        if (OVER.has(this.fault.code)) return;
        await pause(PAUSE, ends);
      }
    }
  }
}

const pause = (time: number, ends: AbortSignal) =>
  new Promise<void>((done) => {
    const end = setTimeout(done, time);
    ends.addEventListener('abort', () => (clearTimeout(end), done()), { once: true });
  });
