/** How a path stands: it goes on, or has ended so. Twin of hesswidget/descent/outcome.py; the words for it come from there. */
export const GOES_ON = 0;
export const CONVERGED = 1;
export const STANDS_STILL = 2;
export const NO_VALUE = 3;
export const NO_GRADIENT = 4;
export const BROKE_DOWN = 5;
export const ENDED = 6;
export const RUNS_AWAY = 7;
export const GROWS = 8;
export const WITHIN = 9;
export const LEFT = 10;
export const NO_SLOPE = 11;

/** Whether a path takes another step, if it has one left. */
export function goesOn(status: number): boolean {
  return status === GOES_ON || status === GROWS;
}
