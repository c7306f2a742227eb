import type { SavedStates } from "./states";

type Listener = () => void;

/** A widget's traits without a widget: what anywidget's model is in a notebook, as far as an explorer uses it. */
export class SavedModel {
  private readonly traits: Map<string, unknown>;
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(
    traits: ReadonlyMap<string, unknown>,
    /** Where there are pictures of some states only, the model is always in one of them. */
    private readonly states: SavedStates | null,
  ) {
    this.traits = new Map(traits);
  }

  get(name: string): unknown {
    return this.traits.get(name);
  }

  set(name: string, value: unknown): void {
    const next = this.states?.nearest(name, value) ?? value;
    if (this.traits.get(name) === next) return;
    this.traits.set(name, next);
    for (const listener of this.listeners.get(`change:${name}`) ?? []) listener();
  }

  save_changes(): void {} // there is nobody to tell

  on(event: string, listener: Listener): void {
    if (!this.listeners.has(event)) this.listeners.set(event, new Set());
    this.listeners.get(event)!.add(listener);
  }

  off(event: string, listener: Listener): void {
    this.listeners.get(event)?.delete(listener);
  }
}
