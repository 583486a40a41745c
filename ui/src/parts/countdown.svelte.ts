/** Seconds that run down to nothing. Whoever starts one stops it when the screen goes. */
export class Countdown {
  left = $state(0);
  #until = 0;
  #beat: ReturnType<typeof setInterval> | undefined;

  start(seconds: number): void {
    this.stop();
    this.#until = Date.now() + seconds * 1000;
    this.#look();
    if (this.left > 0) this.#beat = setInterval(() => this.#look(), 250);
  }

  stop(): void {
    clearInterval(this.#beat);
    this.left = 0;
  }

  #look(): void {
    this.left = Math.max(0, Math.ceil((this.#until - Date.now()) / 1000));
    if (this.left === 0) clearInterval(this.#beat);
  }
}
