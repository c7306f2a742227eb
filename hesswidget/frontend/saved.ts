/** Explorers that were saved: into a notebook's outputs, or into a page. They need no kernel. */
import type { AnyModel } from "@anywidget/types";
import appearance from "../appearance.json";
import { html } from "./base/dom";
import type { ProgramsTrait } from "./engine/library";
import { mount } from "./mount";
import { SavedAnswers } from "./saved/answers";
import { SavedBackend } from "./saved/backend";
import { SavedModel } from "./saved/model";
import { read } from "./saved/read";
import { SavedStates } from "./saved/states";

/**
 * Draw a saved explorer into an element, live. Nothing in it is trusted; in place of one that cannot be drawn there is a
 * sentence, and the answer is false.
 */
export async function show(saved: unknown, el: HTMLElement, signal: AbortSignal): Promise<boolean> {
  try {
    const content = await read(saved);
    if (signal.aborted) return true;
    const states = content.states && new SavedStates(content.states);
    const model = new SavedModel(content.traits, states);
    const answers = new SavedAnswers(content.answers, states);
    const programs = model.get("_programs") as ProgramsTrait | undefined;
    mount(model as unknown as AnyModel, programs ?? null, el, signal, (report) => new SavedBackend(answers, states?.count ?? null, report));
    return true;
  } catch (error) {
    const sentence = `This saved explorer cannot be drawn: ${(error as Error).message}`;
    el.append(html("div", { class: "hesswidget" }, html("p", { class: "hw-unreadable", role: "alert" }, sentence)));
    return false;
  }
}

/** Draw every saved explorer of a page, in the place of its JSON and of the picture that stands in for it. */
export function showAll(page: Document): void {
  for (const script of page.querySelectorAll(`script[type="${appearance.mimeType}"]`)) {
    const standIn = script.parentElement!;
    const place = html("div", { class: "hw-saved" });
    standIn.before(place);
    standIn.hidden = true;
    let saved: unknown = null;
    try {
      saved = JSON.parse(script.textContent ?? "");
    } catch {
      // It is refused as what it is: no saved explorer.
    }
    void show(saved, place, new AbortController().signal).then((isDrawn) => {
      if (isDrawn) standIn.remove();
      else standIn.hidden = false;
    });
  }
}
