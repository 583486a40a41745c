import { tick } from 'svelte';
import type { Fault } from '../../host';

type Reasons<F extends string> = Partial<Record<F, string | null>>;

/**
 * One form: what is wrong with which entry, one sending at a time, and what came back. An entry is judged when it was
 * left or sent, and from then on with every letter. Nothing that was typed is touched.
 */
export class Form<F extends string> {
  busy = $state(false);
  fault = $state.raw<Fault | null>(null);
  readonly #checks: () => Reasons<F>;
  #judged = $state.raw<ReadonlySet<string>>(new Set());
  /** What the program or the portal said of one entry. */
  #refused = $state.raw<{ field: string; reason: string } | null>(null);

  /** `checks`: the reason against each entry, `null` where there is none. */
  constructor(checks: () => Reasons<F>) {
    this.#checks = checks;
  }

  reason(field: F): string | undefined {
    if (this.#refused?.field === field) return this.#refused.reason;
    return (this.#judged.has(field) && this.#checks()[field]) || undefined;
  }

  typed(field: F): void {
    if (this.#refused?.field === field) this.#refused = null;
  }

  left(field: F): void {
    if (!this.#judged.has(field)) this.#judged = new Set([...this.#judged, field]);
  }

  /** As if nobody had typed yet. */
  clear(): void {
    this.#judged = new Set();
    this.#refused = null;
    this.fault = null;
  }

  /** Checks the entries, all or `only` some, and sends. `true`: it went through. */
  async send(element: HTMLElement | undefined, act: () => Promise<unknown>, only?: F[]): Promise<boolean> {
    if (this.busy) return false;
    this.#refused = null;
    this.fault = null;
    const reasons = this.#checks();
    const asked = only ?? (Object.keys(reasons) as F[]);
    this.#judged = new Set([...this.#judged, ...asked]);
    if (asked.some((field) => reasons[field])) {
      await showFirst(element);
      return false;
    }
    this.busy = true;
    try {
      await act();
      return true;
    } catch (thrown) {
      await this.#refuse(thrown as Fault, element);
      return false;
    } finally {
      this.busy = false;
    }
  }

  async #refuse(fault: Fault, element: HTMLElement | undefined): Promise<void> {
    if (fault.code === 'input_invalid' && fault.field in this.#checks()) {
      this.#refused = fault;
      await showFirst(element);
    } else {
      this.fault = fault;
    }
  }
}

async function showFirst(element: HTMLElement | undefined): Promise<void> {
  await tick();
  element?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
}
