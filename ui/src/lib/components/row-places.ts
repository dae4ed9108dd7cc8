type Key = string | number;

/** Which element shows which row of a long table. */
export class RowPlaces {
  /** In the order in which the elements stand in the document. */
  #taken = new Map<Key, number>();
  #made = 0;

  /** A row that stays keeps its element; the others take those that are left, in their order, so that none has to move. */
  take(keys: readonly Key[]): number[] {
    const stay = new Set(keys);
    const left = [...this.#taken].flatMap(([key, place]) => (stay.has(key) ? [] : [place]));
    const places = keys.map((key) => this.#taken.get(key) ?? left.shift() ?? this.#made++);
    this.#taken = new Map(keys.map((key, at) => [key, places[at] ?? at]));
    return places;
  }
}
