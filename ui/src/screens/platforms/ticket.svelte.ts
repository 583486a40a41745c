import type { AskTicket, Fault, TicketState, TicketView } from '../../host';

/**
 * `preparing`: asked for; `shown`: a QR code that is good; `sent`: by SMS; `opened`: a phone is at it; `kept`: there
 * is one whose address is not known here any more; `none`: there is none; `expired`: the one shown here is over.
 */
export type TicketPhase = 'none' | 'preparing' | 'shown' | 'sent' | 'opened' | 'kept' | 'expired';

/** The ticket of a step: what is known here of its address, and of the portal's how it stands. */
export class TicketDesk {
  fault = $state.raw<Fault | null>(null);
  #own = $state.raw<TicketView | null>(null);
  #asking = $state(false);
  #over = $state(false);
  /** The portal has told of it; if it tells of none any more, it is gone. */
  #seen = $state(false);
  #end: ReturnType<typeof setTimeout> | undefined;
  /** The last that was asked for; it never fails. */
  #turn: Promise<boolean> = Promise.resolve(true);
  #ended = false;
  readonly #state: () => TicketState | null;

  constructor(state: () => TicketState | null) {
    this.#state = state;
  }

  get own(): TicketView | null {
    return this.#own;
  }

  get phase(): TicketPhase {
    if (this.#asking) return 'preparing';
    const state = this.#state();
    if (state?.opened) return 'opened';
    const gone = this.#seen && state === null;
    if (this.#own && !gone) return this.#over ? 'expired' : 'shown';
    if (state?.sms_to) return 'sent';
    if (this.#over) return 'expired';
    return state ? 'kept' : 'none';
  }

  /** Told by the one who shows it, with every new state. */
  look(): void {
    if (this.#own && this.#state() !== null) this.#seen = true;
  }

  /**
   * One after the other: the newest ticket is the one that is good, and whoever has a link sent while the QR code is
   * still being fetched wants the link. `false`: there is none, and `fault` says why.
   */
  ask(open: (asked: AskTicket) => Promise<TicketView>, asked: AskTicket): Promise<boolean> {
    this.#turn = this.#turn.then(() => !this.#ended && this.#open(open, asked));
    return this.#turn;
  }

  async #open(open: (asked: AskTicket) => Promise<TicketView>, asked: AskTicket): Promise<boolean> {
    this.#asking = true;
    this.fault = null;
    try {
      const ticket = await open(asked);
      if (!this.#ended) this.#show(ticket);
      return true;
    } catch (thrown) {
      this.fault = thrown as Fault;
      return false;
    } finally {
      this.#asking = false;
    }
  }

  #show(ticket: TicketView): void {
    clearTimeout(this.#end);
    this.#own = ticket;
    this.#seen = false;
    this.#over = false;
    this.#end = setTimeout(() => (this.#over = true), Math.max(0, Date.parse(ticket.expires_at) - Date.now()));
  }

  stop(): void {
    this.#ended = true;
    clearTimeout(this.#end);
    this.#own = null;
  }
}
