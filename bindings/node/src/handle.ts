// An object of the library's that a JavaScript object stands for, and its end.

import { ImzaError } from './error.js';
import { lib } from './library.js';

interface Owned {
  pointer: number;
  readonly free: string;
}

// What no one closed is ended when the garbage collector finds it.
const forgotten = new FinalizationRegistry<Owned>((owned) => end(owned));

function end(owned: Owned): void {
  if (owned.pointer === 0) return;
  const pointer = owned.pointer;
  owned.pointer = 0;
  lib().free(owned.free, pointer);
}

/** What signers, verifiers and so on have in common. Nothing of what they hold can be seen from JavaScript. */
export abstract class Handle {
  readonly #owned: Owned;

  /** `free` is the function that ends the handle. */
  protected constructor(pointer: number, free: string) {
    this.#owned = { pointer, free };
    forgotten.register(this, this.#owned, this.#owned);
  }

  /** Ends the object and wipes its secrets. A second call does nothing; any other is an error of the kind `closed`. */
  close(): void {
    forgotten.unregister(this.#owned);
    end(this.#owned);
  }

  /** Whether `close()` was called. */
  get closed(): boolean {
    return this.#owned.pointer === 0;
  }

  /** The handle of `of`, which must be of this class and open. @internal */
  static pointerOf(of: unknown, kind: { name: string; prototype: object }): number {
    const isOne = typeof of === 'object' && of !== null && #owned in of && Object.prototype.isPrototypeOf.call(kind.prototype, of);
    if (!isOne) {
      throw new ImzaError(`what was passed is not a ${kind.name}`, { kind: 'invalid-argument', status: 3 });
    }
    if ((of as Handle).#owned.pointer === 0) throw new ImzaError(`the ${kind.name} is closed`, { kind: 'closed', status: 3 });
    return (of as Handle).#owned.pointer;
  }
}
