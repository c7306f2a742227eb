import type { ServiceManager } from "@jupyterlab/services";

/** A notebook that is made and then opened. */
export interface Offer {
  readonly command: string;
  readonly label: string;
  /** In the command palette, if another is clearer there. */
  readonly longLabel?: string;
  readonly caption: string;
  /** What is said, with the reason, if it cannot be made. */
  readonly failure: string;
  /** Make it in a folder; its path. */
  make(services: ServiceManager.IManager, folder: string): Promise<string>;
}
