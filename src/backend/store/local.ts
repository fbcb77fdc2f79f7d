/** A store in the thread of its user: for simulated time, where nobody waits for a disk but the one who asks. */
import type { Operations, Store, StoreDefinition } from './store.ts';
import { Writer } from './writer.ts';

/** Throws E-STORE. */
export function openLocalStore<O extends Operations>(folder: string, definition: StoreDefinition<O>): Store<O> {
  const writer = new Writer(folder, definition);
  return {
    async run(name, input) {
      const [result] = writer.run([{ name, input }]);
      if (!result!.ok) throw result!.error;
      return result!.value as ReturnType<O[typeof name]>;
    },
    async backup(to) {
      writer.backup(to);
    },
    async wipe() {
      writer.wipe();
    },
    async close() {
      writer.close();
    },
  };
}
