import type { Call, Fault, Procedure, RequestId, Sending, Slot } from '../../host';
import { base64, flawOf } from './file';

/** The file of one place: what was picked for it here, and how it went. */
export class SentFile {
  busy = $state(false);
  fault = $state.raw<Fault | null>(null);
  cancelled = $state(false);
  /** The address of the picture within this page. */
  preview = $state<string | null>(null);
  /** Taken away here, until another is picked. */
  removed = $state(false);
  #picked: File | null = null;
  /** The page has left it: what comes back afterwards is not for this page. */
  #stopped = false;

  constructor(
    readonly slot: Slot,
    private readonly call: Call,
    private readonly id: () => RequestId,
    private readonly tell: (next: Procedure) => void,
  ) {}

  /** Whether what was picked last may be sent once more. */
  get canRetry(): boolean {
    return this.#picked !== null && this.fault !== null && this.fault.code !== 'file_unusable';
  }

  async pick(file: File): Promise<void> {
    this.#forget();
    this.#stopped = false;
    const reason = flawOf(file, this.slot);
    if (reason) {
      this.fault = { code: 'file_unusable', slot: this.slot, reason };
      return;
    }
    this.#picked = file;
    await this.send();
  }

  async send(): Promise<void> {
    const file = this.#picked;
    if (!file || this.busy) return;
    this.busy = true;
    this.fault = null;
    this.cancelled = false;
    try {
      const content = await base64(file);
      if (this.#stopped) return;
      const next = await this.call('send_file', { id: this.id(), slot: this.slot, content });
      if (this.#stopped) return;
      this.removed = false;
      // Only of what the program has looked into.
      if (file.type.startsWith('image/')) this.preview = URL.createObjectURL(file);
      this.tell(next);
    } catch (thrown) {
      if (this.#stopped) return;
      const fault = thrown as Fault;
      this.cancelled = fault.code === 'cancelled';
      this.fault = this.cancelled ? null : fault;
    } finally {
      this.busy = false;
    }
  }

  async cancel(): Promise<void> {
    try {
      await this.call('cancel_sending', { id: this.id(), slot: this.slot });
    } catch {
      // Then it goes on, and says so.
    }
  }

  remove(): void {
    this.#forget();
    this.removed = true;
  }

  /** `null` while it is being made fit, too: nothing of it is on its way then. */
  progress(sending: Sending[]): Sending | null {
    return this.#of(sending).find(({ size }) => size > 0) ?? null;
  }

  /** Here, or in another window. */
  isSent(sending: Sending[]): boolean {
    return this.busy || this.#of(sending).length > 0;
  }

  #of(sending: Sending[]): Sending[] {
    return sending.filter(({ procedure, slot }) => procedure === this.id() && slot === this.slot);
  }

  /** Nothing of the picture stays in this page. */
  #forget(): void {
    if (this.preview) URL.revokeObjectURL(this.preview);
    this.preview = null;
    this.fault = null;
    this.cancelled = false;
    this.#picked = null;
  }

  /** Whoever leaves the place does not want it sent any more. */
  stop(): void {
    this.#stopped = true;
    if (this.busy) void this.cancel();
    this.#forget();
  }
}
