/** Columns of numbers that workers may share. */

type Column = Uint8Array | Uint32Array;
type ColumnType<T extends Column> = { new (buffer: ArrayBuffer): T; readonly BYTES_PER_ELEMENT: number };

/** Zeros. `shared`: in memory that workers see too. */
export function columnOf<T extends Column>(type: ColumnType<T>, length: number, shared = false): T {
  const bytes = length * type.BYTES_PER_ELEMENT;
  // To the type system shared memory is another type; for reading and writing there is no difference.
  return new type((shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)) as ArrayBuffer);
}

/** The column itself when it lies in shared memory, else a copy there. */
export function sharedColumn<T extends Column>(type: ColumnType<T>, column: T): T {
  if (column.buffer instanceof SharedArrayBuffer) return column;
  const copy = columnOf(type, column.length, true);
  copy.set(column);
  return copy;
}
